using System.Buffers.Binary;
using System.Text;
using Sira.Gateway.Caching.Keys;

namespace Sira.Gateway.Caching.Storage;

/// <summary>The form of an entry in the second level: a mark with the version, the key, the time, the target and the answer as JSON. What is not of this form, or of another request, is no entry.</summary>
internal static class EntryFormat
{
    // The last byte is the version: raised whenever the form changes, so that hosts of two versions can share a second level.
    private static ReadOnlySpan<byte> Mark => [(byte)'S', (byte)'i', (byte)'R', (byte)'C', 1];

    private const int KeyAt = 5;
    private const int TimeAt = KeyAt + CacheKey.Size;
    private const int TargetAt = TimeAt + sizeof(long);
    private const int Head = TargetAt + sizeof(ushort);

    // Clocks of hosts that share a second level are not the same to the second.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    public static byte[] Write(CacheKey key, CacheEntry entry)
    {
        var target = Encoding.UTF8.GetBytes(entry.Target ?? string.Empty);
        if (target.Length > ushort.MaxValue)
        {
            target = [];
        }

        var bytes = new byte[Head + target.Length + entry.Json.Length];
        Mark.CopyTo(bytes);
        key.Write(bytes.AsSpan(KeyAt));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(TimeAt), entry.StoredAt.UtcTicks);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(TargetAt), (ushort)target.Length);
        target.CopyTo(bytes, Head);
        entry.Json.CopyTo(bytes, Head + target.Length);
        return bytes;
    }

    /// <summary>Reads an entry.</summary>
    /// <returns><see langword="null"/> when the bytes are not one, not of this key, of the future, too large, or an answer that would not have been stored.</returns>
    public static CacheEntry? TryRead(ReadOnlySpan<byte> bytes, CacheKey key, DateTimeOffset now, int maximumBytes)
    {
        if (bytes.Length < Head || !bytes.StartsWith(Mark) || CacheKey.Read(bytes[KeyAt..]) != key)
        {
            return null;
        }

        var ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes[TimeAt..]);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[TargetAt..]);
        if (ticks < 0 || ticks > now.UtcTicks + ClockSkew.Ticks || bytes.Length - Head < length || bytes.Length - Head - length > maximumBytes)
        {
            return null;
        }

        var json = bytes[(Head + length)..];
        if (AnswerJson.TryRead(json) is not { } answer || !AnswerRules.IsStorable(answer))
        {
            return null;
        }

        var target = length == 0 ? null : Encoding.UTF8.GetString(bytes.Slice(Head, length));
        return new CacheEntry(json.ToArray(), new DateTimeOffset(ticks, TimeSpan.Zero), target);
    }
}
