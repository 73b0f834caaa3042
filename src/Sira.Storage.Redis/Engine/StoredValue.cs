using System.Buffers.Binary;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client.Protocol;
using Sira.Storage.Values;

namespace Sira.Storage.Redis.Engine;

/// <summary>How a value is kept: the number 1, its tag, when it goes in milliseconds since 1970 by the server's clock or 0, each 8 bytes, the highest first, and then its bytes.</summary>
internal static class StoredValue
{
    /// <summary>How many bytes stand before a value; the scripts have the same number.</summary>
    public const int HeadLength = 17;

    private const byte Version = 1;

    public static StoreEntry Read(in RespValue stored, string engine, in StoreKey key)
    {
        var bytes = stored.Bytes;
        if (bytes.Length < HeadLength || bytes.Span[0] != Version)
        {
            throw new StorageException(StorageErrorKind.Incompatible, engine, $"What stands at '{key}' was written by a newer version, or by something else. Use the newer version, or another {nameof(RedisEngineOptions.KeyPrefix)}.");
        }

        var expires = BinaryPrimitives.ReadInt64BigEndian(bytes.Span[9..]);
        return new StoreEntry(bytes[HeadLength..], new ETag(BinaryPrimitives.ReadInt64BigEndian(bytes.Span[1..])), expires == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(expires));
    }
}
