using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sira.Storage.Transfer;

/// <summary>Reads the records of an export and checks each. The fields of the record that was read last are taken one after another.</summary>
internal sealed class TransferReader(Stream stream, int maximumLength)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] small = new byte[8];
    private byte[] record = [];
    private int length;
    private int index;
    private uint chain = TransferFormat.Begin;
    private uint chainBefore;
    private long position;

    public TransferRecord Kind { get; private set; }

    /// <summary>What is left of the record.</summary>
    public ReadOnlyMemory<byte> Rest => record.AsMemory(index, length - index);

    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        await FillAsync(small, 8, cancellationToken).ConfigureAwait(false);
        if (!small.AsSpan().SequenceEqual(TransferFormat.Magic))
        {
            throw new TransferException("This is no export of Sira: it does not begin as one. Look whether it is the right file, and whether it was packed.");
        }
    }

    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        await FillAsync(small, 5, cancellationToken).ConfigureAwait(false);
        Kind = (TransferRecord)small[0];
        length = BinaryPrimitives.ReadInt32LittleEndian(small.AsSpan(1));
        if (length < 0 || length > maximumLength)
        {
            throw Damaged(string.Create(CultureInfo.InvariantCulture, $"a record of {length} bytes, where at most {maximumLength} are taken"));
        }

        var checksum = TransferFormat.Append(TransferFormat.Begin, small.AsSpan(0, 5));
        if (record.Length < length)
        {
            record = new byte[Math.Max(length, Math.Min(maximumLength, 2 * record.Length))];
        }

        await FillAsync(record, length, cancellationToken).ConfigureAwait(false);
        checksum = TransferFormat.End(TransferFormat.Append(checksum, record.AsSpan(0, length)));
        await FillAsync(small, 4, cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(small) != checksum)
        {
            throw Damaged("a record whose checksum is wrong");
        }

        (chainBefore, chain, index) = (chain, TransferFormat.Append(chain, small.AsSpan(0, 4)), 0);
    }

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; index < length && shift < 64; shift += 7)
        {
            var one = record[index++];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return value <= long.MaxValue ? (long)value : throw Damaged("a number that is too large");
            }
        }

        throw Damaged("a record that is too short");
    }

    public string Text()
    {
        var bytes = Number();
        if (bytes > length - index)
        {
            throw Damaged("a record that is too short");
        }

        try
        {
            var text = Utf8.GetString(record, index, (int)bytes);
            index += (int)bytes;
            return text;
        }
        catch (DecoderFallbackException exception)
        {
            throw Damaged("a text that is none", exception);
        }
    }

    /// <summary>Checks the chain at the end of the trailer, and that nothing follows.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (length - index != sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(index)) != TransferFormat.End(chainBefore))
        {
            throw Damaged("a trailer that belongs to other records");
        }

        if (await stream.ReadAsync(small.AsMemory(0, 1), cancellationToken).ConfigureAwait(false) != 0)
        {
            throw Damaged("something behind its end");
        }
    }

    public TransferException Damaged(string what, Exception? cause = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The export is damaged: before byte {position} there is {what}. Take it again, or use another copy."), cause);

    private async ValueTask FillAsync(byte[] buffer, int count, CancellationToken cancellationToken)
    {
        var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, count), count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        position += read;
        if (read < count)
        {
            throw new TransferException(string.Create(CultureInfo.InvariantCulture, $"The export ends at byte {position}, in the middle: it was cut off. Take it again, or use another copy."));
        }
    }
}
