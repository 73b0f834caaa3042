namespace Sira.Kernel.Messaging.Queueing;

/// <summary>One partition: a queue from which one message at a time is taken. A message that waits for its retry holds back those of its key, and only those.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Changed under the lock of the queue.</remarks>
internal sealed class Lane<T>(int index)
{
    private readonly Queue<PendingMessage<T>> waiting = new();
    private readonly Queue<PendingMessage<T>> resumed = new();

    // What waits behind the failed message of its key, by key.
    private readonly Dictionary<string, Queue<PendingMessage<T>>> held = new(StringComparer.Ordinal);

    public int Index => index;

    /// <summary>Gets or sets a value indicating whether a message of it is in work.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Gets or sets a value indicating whether it is in line for a worker.</summary>
    public bool IsQueued { get; set; }

    public bool HasWork => resumed.Count > 0 || waiting.Count > 0;

    public void Add(PendingMessage<T> message) => waiting.Enqueue(message);

    public PendingMessage<T>? Take()
    {
        if (resumed.TryDequeue(out var first))
        {
            return first;
        }

        while (waiting.TryDequeue(out var next))
        {
            if (next.Metadata.Key is not { } key || !held.TryGetValue(key, out var behind))
            {
                return next;
            }

            behind.Enqueue(next);
        }

        return null;
    }

    public void Hold(PendingMessage<T> failed)
    {
        if (failed.Metadata.Key is { } key)
        {
            held.TryAdd(key, new Queue<PendingMessage<T>>());
        }
    }

    public void Resume(PendingMessage<T> message) => resumed.Enqueue(message);

    /// <summary>A message is done: the next of its key that it held back takes its place.</summary>
    public void Release(PendingMessage<T> done)
    {
        if (done.Metadata.Key is not { } key || !held.TryGetValue(key, out var behind))
        {
            return;
        }

        if (behind.TryDequeue(out var next))
        {
            resumed.Enqueue(next);
        }
        else
        {
            held.Remove(key);
        }
    }

    public PendingMessage<T>? PeekOldest() => waiting.TryPeek(out var oldest) ? oldest : null;

    public PendingMessage<T> DropOldest() => waiting.Dequeue();

    /// <summary>Returns the time of arrival of what has waited longest, or the largest number when nothing waits.</summary>
    public long OldestAt()
    {
        var oldest = PeekOldest()?.QueuedAt ?? long.MaxValue;
        oldest = resumed.TryPeek(out var first) ? Math.Min(oldest, first.QueuedAt) : oldest;
        foreach (var behind in held.Values)
        {
            oldest = behind.TryPeek(out var next) ? Math.Min(oldest, next.QueuedAt) : oldest;
        }

        return oldest;
    }
}
