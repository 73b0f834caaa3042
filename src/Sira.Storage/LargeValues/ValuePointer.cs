using System.Buffers.Binary;
using Sira.Storage.Codecs.Format;

namespace Sira.Storage.LargeValues;

/// <summary>What stands in the main engine for a value that is kept elsewhere.</summary>
/// <param name="Owner">Which main engine has put it there: several may share one for large values.</param>
/// <param name="Id">Never used twice: 48 bits of milliseconds since 1970, then random ones.</param>
/// <param name="Length">How long the value is.</param>
internal readonly record struct ValuePointer(ulong Owner, UInt128 Id, int Length)
{
    private const int RandomBits = 80;
    private const int IdAt = StoredForm.HeaderLength + sizeof(ulong);
    private const int LengthAt = IdAt + 16;
    private const int CheckAt = LengthAt + sizeof(int);
    private const int TotalLength = CheckAt + sizeof(uint);

    public static DateTimeOffset TimeOf(UInt128 id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(id >> RandomBits));

    public static UInt128 IdOf(DateTimeOffset now, UInt128 random) => ((UInt128)(ulong)now.ToUnixTimeMilliseconds() << RandomBits) | (random & ((UInt128.One << RandomBits) - 1));

    public byte[] ToBytes()
    {
        var bytes = new byte[TotalLength];
        StoredForm.WriteHeader(bytes, StoredKind.Pointer);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(StoredForm.HeaderLength), Owner);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(IdAt), Id);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(LengthAt), Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CheckAt), Crc32C.Compute(bytes.AsSpan(0, CheckAt)));
        return bytes;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out ValuePointer pointer)
    {
        pointer = default;
        if (bytes.Length != TotalLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CheckAt..]) != Crc32C.Compute(bytes[..CheckAt]))
        {
            return false;
        }

        pointer = new ValuePointer(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[StoredForm.HeaderLength..]),
            BinaryPrimitives.ReadUInt128LittleEndian(bytes[IdAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[LengthAt..]));
        return true;
    }
}
