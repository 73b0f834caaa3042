namespace Sira.Kernel.Collections;

/// <summary>A binary heap whose items can be removed, or moved after a change of their order, in O(log n).</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class IndexedHeap<T>
    where T : class, IHeapItem<T>
{
    private T[] items = new T[4];

    public int Count { get; private set; }

    public T? First => Count == 0 ? null : items[0];

    public void Add(T item)
    {
        if (Count == items.Length)
        {
            Array.Resize(ref items, Count * 2);
        }

        SiftUp(item, Count++);
    }

    public void Remove(T item)
    {
        var index = item.HeapIndex;
        item.HeapIndex = -1;
        var last = items[--Count];
        items[Count] = null!;
        if (!ReferenceEquals(last, item))
        {
            Place(last, index);
        }
    }

    /// <summary>Restores the order after that of one item has changed.</summary>
    public void Moved(T item) => Place(item, item.HeapIndex);

    private void Place(T item, int index)
    {
        SiftUp(item, index);
        SiftDown(item, item.HeapIndex);
    }

    private void SiftUp(T item, int index)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (!item.Precedes(items[parent]))
            {
                break;
            }

            Set(index, items[parent]);
            index = parent;
        }

        Set(index, item);
    }

    private void SiftDown(T item, int index)
    {
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && items[child + 1].Precedes(items[child]))
            {
                child++;
            }

            if (!items[child].Precedes(item))
            {
                break;
            }

            Set(index, items[child]);
            index = child;
        }

        Set(index, item);
    }

    private void Set(int index, T item)
    {
        items[index] = item;
        item.HeapIndex = index;
    }
}
