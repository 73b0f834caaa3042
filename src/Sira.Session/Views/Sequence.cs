using System.Collections;

namespace Sira.Session.Views;

/// <summary>A list that never changes and shares its items with those that it was made from: adding to the longest one copies nothing, taking the first ones neither.</summary>
internal sealed class Sequence<T> : IReadOnlyList<T>
{
    private readonly Store store;

    private Sequence(Store store, int count) => (this.store, Count) = (store, count);

    public static Sequence<T> Empty { get; } = new(new Store(0), 0);

    public int Count { get; }

    public T this[int index] => (uint)index < (uint)Count ? store.Items[index] : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} items.");

    /// <summary>Returns the list with more items.</summary>
    public Sequence<T> Add(ReadOnlySpan<T> more)
    {
        if (more.IsEmpty)
        {
            return this;
        }

        var count = checked(Count + more.Length);
        lock (store)
        {
            // Room behind the last item belongs to whoever claims it first.
            if (store.Used == Count && count <= store.Items.Length)
            {
                more.CopyTo(store.Items.AsSpan(Count));
                store.Used = count;
                return new Sequence<T>(store, count);
            }
        }

        var larger = new Store(Math.Max(count, Math.Min(Count, Array.MaxLength / 2) * 2)) { Used = count };
        store.Items.AsSpan(0, Count).CopyTo(larger.Items);
        more.CopyTo(larger.Items.AsSpan(Count));
        return new Sequence<T>(larger, count);
    }

    /// <summary>Returns the first items.</summary>
    public Sequence<T> Take(int count) => count == Count ? this : new Sequence<T>(store, Math.Min(count, Count));

    /// <summary>Returns how many items, which are in the order of their versions, are at or before a version.</summary>
    public int CountUpTo(long version, Func<T, long> versionOf)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = versionOf(store.Items[middle]) <= version ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return store.Items[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class Store(int capacity)
    {
        public T[] Items { get; } = new T[capacity];

        public int Used { get; set; }
    }
}
