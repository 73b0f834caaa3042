using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sira.Storage.Transfer;

/// <summary>Writes the records of an export. A record is begun, filled, and ended.</summary>
internal sealed class TransferWriter(Stream stream)
{
    private const int HeaderLength = 5;

    private readonly ArrayBufferWriter<byte> buffer = new();
    private uint chain = TransferFormat.Begin;

    public async ValueTask BeginAsync(CancellationToken cancellationToken) => await stream.WriteAsync(TransferFormat.Magic.ToArray(), cancellationToken).ConfigureAwait(false);

    public TransferWriter Begin(TransferRecord record)
    {
        buffer.ResetWrittenCount();
        var header = buffer.GetSpan(HeaderLength);
        header[..HeaderLength].Clear();
        header[0] = (byte)record;
        buffer.Advance(HeaderLength);
        return this;
    }

    public TransferWriter Number(long value)
    {
        var rest = (ulong)value;
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            span[length++] = (byte)(rest | 0x80);
        }

        span[length++] = (byte)rest;
        buffer.Advance(length);
        return this;
    }

    public TransferWriter Text(string text)
    {
        Number(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, buffer);
        return this;
    }

    public TransferWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        buffer.Write(bytes);
        return this;
    }

    public TransferWriter Chain()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), TransferFormat.End(chain));
        buffer.Advance(sizeof(uint));
        return this;
    }

    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        Seal();
        await stream.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    private void Seal()
    {
        var record = System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer.WrittenMemory).Span;
        BinaryPrimitives.WriteInt32LittleEndian(record[1..], record.Length - HeaderLength);
        var checksum = TransferFormat.End(TransferFormat.Append(TransferFormat.Begin, record));
        var tail = buffer.GetSpan(sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, checksum);
        chain = TransferFormat.Append(chain, tail[..sizeof(uint)]);
        buffer.Advance(sizeof(uint));
    }
}
