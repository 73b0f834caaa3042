using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>The subject of a data key as it stands in stored values: half of a SHA-256, so that what stays behind after an erasure names nobody.</summary>
internal readonly record struct SubjectId(ulong Low, ulong High)
{
    public const int Length = 16;

    private const string Prefix = "data/";

    /// <summary>Gets the name of the subject's record in <see cref="DataKeys.Namespace"/>.</summary>
    public string RecordName
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Length];
            Write(bytes);
            return string.Concat(Prefix, Convert.ToHexStringLower(bytes));
        }
    }

    public static SubjectId Of(in KeySubject subject)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("sira subject 1"u8);
        Append(hash, subject.Tenant);
        Append(hash, subject.Scope);
        Append(hash, subject.Name);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Read(digest);
    }

    public static bool TryParse(string recordName, out SubjectId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (!recordName.StartsWith(Prefix, StringComparison.Ordinal)
            || Convert.FromHexString(recordName.AsSpan(Prefix.Length), bytes, out _, out var written) is not System.Buffers.OperationStatus.Done
            || written != Length)
        {
            return false;
        }

        id = Read(bytes);
        return true;
    }

    public static SubjectId Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt64LittleEndian(source), BinaryPrimitives.ReadUInt64LittleEndian(source[sizeof(ulong)..]));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[sizeof(ulong)..], High);
    }

    // A part that is not there differs from every one that is.
    private static void Append(IncrementalHash hash, string? text)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
