using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Hashes a sequence of typed values. Each is written with its type and its length, so that no two different sequences are the same bytes.</summary>
internal sealed class KeyWriter : IDisposable
{
    // Raised whenever the encoding changes, so that no key of another version is ever met in a shared second level.
    private const byte Version = 1;
    private const int Head = 9;

    // Made only for requests that the buffer cannot hold whole: it costs more than to hash a short one does.
    private IncrementalHash? hash;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int used;

    public KeyWriter() => Begin();

    public void Null() => Write((byte)'0', 0);

    /// <summary>Writes what follows: a field, or the type of a value.</summary>
    public void Tag(int tag) => Write((byte)'t', tag);

    /// <summary>Writes how many elements follow.</summary>
    public void Count(int count) => Write((byte)'c', count);

    public void Boolean(bool value) => Write((byte)'b', value ? 1 : 0);

    public void Integer(long value) => Write((byte)'i', value);

    /// <summary>Writes the bits of a number: not a number and the two zeros are kept apart, which costs a miss at worst.</summary>
    public void Number(double value) => Write((byte)'n', BitConverter.DoubleToInt64Bits(value));

    public void String(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        Chars(value);
    }

    /// <summary>Writes text as UTF-16, which has room for the lone surrogates that UTF-8 would make equal.</summary>
    public void Chars(ReadOnlySpan<char> value)
    {
        Write((byte)'s', value.Length);
        Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes(value));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Write((byte)'x', value.Length);
        Append(value);
    }

    public void Key(CacheKey key)
    {
        Span<byte> bytes = stackalloc byte[CacheKey.Size];
        key.Write(bytes);
        Bytes(bytes);
    }

    /// <summary>Ends the sequence and begins a new one.</summary>
    public CacheKey Finish()
    {
        Span<byte> result = stackalloc byte[CacheKey.Size];
        if (hash is null)
        {
            SHA256.HashData(buffer.AsSpan(0, used), result);
            used = 0;
        }
        else
        {
            Flush();
            hash.GetHashAndReset(result);
        }

        Begin();
        return CacheKey.Read(result);
    }

    public void Dispose()
    {
        hash?.Dispose();

        // It held parts of a prompt.
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        buffer = [];
    }

    private void Begin() => Append("sira-cache"u8, Version);

    private void Append(ReadOnlySpan<byte> bytes, byte last)
    {
        Append(bytes);
        Append([last]);
    }

    private void Write(byte type, long number)
    {
        if (buffer.Length - used < Head)
        {
            Flush();
        }

        buffer[used] = type;
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(used + 1), number);
        used += Head;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > buffer.Length - used)
        {
            Flush();
            if (bytes.Length > buffer.Length)
            {
                hash!.AppendData(bytes);
                return;
            }
        }

        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }

    private void Flush()
    {
        hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(buffer, 0, used);
        used = 0;
    }
}
