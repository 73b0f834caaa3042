namespace Sira.Kernel.Collections;

/// <summary>What an <see cref="IndexedHeap{T}"/> holds: it knows its own place, so that it can be moved or removed in O(log n).</summary>
internal interface IHeapItem<T>
{
    /// <summary>Gets or sets the place in the heap; the heap's own. -1 while in none.</summary>
    int HeapIndex { get; set; }

    /// <summary>Returns whether this one comes out before the other.</summary>
    bool Precedes(T other);
}
