namespace Sira.Gateway.Caching.Storage;

/// <summary>A kept answer. It is kept as bytes: nobody can change them, their size is known, and the second level takes them as they are.</summary>
/// <param name="Json">The answer.</param>
/// <param name="StoredAt">When it was stored.</param>
/// <param name="Target">The target that gave it, if that is known.</param>
internal sealed record CacheEntry(byte[] Json, DateTimeOffset StoredAt, string? Target)
{
    // The objects around the bytes: entry, node, key and its place in the table.
    private const int Overhead = 256;

    public int Size => Json.Length + Overhead;

    /// <summary>Returns how old the answer is; never negative, also when the clock was set back.</summary>
    public TimeSpan AgeAt(DateTimeOffset now) => now > StoredAt ? now - StoredAt : TimeSpan.Zero;
}
