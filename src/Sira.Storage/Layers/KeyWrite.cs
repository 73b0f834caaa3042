using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Layers.Copies;
using Sira.Storage.Values;

namespace Sira.Storage.Layers;

/// <summary>A write of a key that is under way; ended exactly once.</summary>
internal readonly record struct KeyWrite(LayeredCache Cache, KeyStripe Stripe, StoreKey Key, CachedPartition? Partition, long Epoch, long BegunAt)
{
    /// <summary>Ends a write that was made and left a value.</summary>
    public void Put(ETag tag, ReadOnlyMemory<byte> value, TimeSpan? timeToLive)
    {
        // When a value goes is for the engine's clock to say; it is known when it is read.
        var isKnown = timeToLive is null && Partition is not null && Cache.IsKept(value.Length);
        Cache.EndWrite(this, tag, isKnown ? new StoreEntry(value.ToArray(), tag) : null, isKnown);
    }

    /// <summary>Ends a write that was made and left nothing.</summary>
    public void Delete() => Cache.EndWrite(this, ETag.None, entry: null, isKnown: true);

    /// <summary>Ends a write that changed nothing.</summary>
    public void Refuse() => Cache.EndWrite(this, ETag.None, entry: null, isKnown: false);

    /// <summary>Ends a write that has thrown.</summary>
    public void Fail(Exception exception)
    {
        if (exception is ArgumentException or NotSupportedException or StorageException { IsUncertain: false })
        {
            Refuse();
        }
        else
        {
            Cache.EndUncertainWrite(this);
        }
    }
}
