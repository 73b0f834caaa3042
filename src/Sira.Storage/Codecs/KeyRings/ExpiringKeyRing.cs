using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Sealing;

namespace Sira.Storage.Codecs.KeyRings;

/// <summary>A key ring whose keys may have an end.</summary>
internal sealed class ExpiringKeyRing(string current, IEnumerable<(SealingKey Key, DateTimeOffset? ExpiresAt)> keys, TimeProvider time) : IKeyRing
{
    private readonly FrozenDictionary<string, (SealingKey Key, DateTimeOffset? ExpiresAt)> keys = keys.ToFrozenDictionary(static key => key.Key.Id, StringComparer.Ordinal);

    public SealingKey Current => TryGet(current, out var key) ? key : throw new UnknownKeyException(current);

    /// <summary>Gets when the current key ends.</summary>
    public DateTimeOffset? CurrentExpiresAt => keys[current].ExpiresAt;

    public bool TryGet(string id, [NotNullWhen(true)] out SealingKey? key)
    {
        if (!keys.TryGetValue(id, out var found))
        {
            key = null;
            return false;
        }

        if (found.ExpiresAt is { } end && end <= time.GetUtcNow())
        {
            throw new ExpiredKeyException(id, end);
        }

        key = found.Key;
        return true;
    }
}
