using Sira.Storage.Changes;
using Sira.Storage.Keys;
using Sira.Storage.Layers.Copies;

namespace Sira.Storage.Layers;

/// <summary>All keys, in stripes by their hash.</summary>
internal sealed class KeyStripes
{
    // Enough that two of a few dozen threads seldom meet by chance; each is two small dictionaries.
    private const int Count = 256;

    private readonly KeyStripe[] stripes = new KeyStripe[Count];

    public KeyStripes(SieveCache cache)
    {
        for (var i = 0; i < Count; i++)
        {
            stripes[i] = new KeyStripe(cache);
        }
    }

    public KeyStripe Of(in StoreKey key) => stripes[StoreKeyComparer.Instance.GetHashCode(key) & (Count - 1)];

    /// <summary>Forgets the copy that a change has made wrong.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isLast">Whether nobody else brings it here, so that what was kept to recognise it can go.</param>
    public void Apply(in StoreChange change, bool isLast)
    {
        if (change.Kind is ChangeKind.Put or ChangeKind.Delete)
        {
            Of(change.Key).Apply(change, isLast);
        }
    }

    /// <summary>Forgets which changes of a partition were expected.</summary>
    public void Forget(in StorePartition partition)
    {
        foreach (var stripe in stripes)
        {
            stripe.Forget(partition);
        }
    }

    /// <summary>Returns the reads that are under way.</summary>
    public IEnumerable<ValueFlight> Flights() => stripes.SelectMany(static stripe => stripe.Flights());
}
