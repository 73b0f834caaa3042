using Sira.Storage.Values;

namespace Sira.Storage.Engines.Memory;

/// <summary>A value as it stands.</summary>
/// <param name="Bytes">The bytes, our own copy.</param>
/// <param name="Tag">Its number among all writes.</param>
/// <param name="ExpiresAt">When it goes.</param>
internal sealed record MemoryValue(byte[] Bytes, long Tag, DateTimeOffset? ExpiresAt)
{
    public StoreEntry Entry => new(Bytes, new ETag(Tag), ExpiresAt);
}
