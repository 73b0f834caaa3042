namespace Sira.Kernel.Messaging.Queueing;

/// <summary>What can be taken now: by priority and then in the order of arrival, or lane by lane where there are partitions.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Changed under the lock of the queue.</remarks>
internal sealed class ReadyMessages<T>
{
    private readonly Queue<PendingMessage<T>>?[] priorities = [];
    private readonly Lane<T>[] lanes = [];
    private readonly Queue<Lane<T>> queued = new();
    private int highest = -1;
    private int next;

    public ReadyMessages(int partitions)
    {
        if (partitions == 0)
        {
            priorities = new Queue<PendingMessage<T>>?[Topics.PublishOptions.HighestPriority + 1];
            return;
        }

        lanes = new Lane<T>[partitions];
        for (var i = 0; i < partitions; i++)
        {
            lanes[i] = new Lane<T>(i);
        }
    }

    public void Add(PendingMessage<T> message)
    {
        if (lanes.Length == 0)
        {
            (priorities[message.Metadata.Priority] ??= new Queue<PendingMessage<T>>()).Enqueue(message);
            highest = Math.Max(highest, message.Metadata.Priority);
            return;
        }

        Assign(message).Add(message);
        Queue(message.Lane!);
    }

    /// <summary>Adds a message that has failed before: it goes first in its lane.</summary>
    public void Resume(PendingMessage<T> message)
    {
        if (message.Lane is not { } lane)
        {
            Add(message);
            return;
        }

        lane.Resume(message);
        Queue(lane);
    }

    public PendingMessage<T>? Take()
    {
        for (; highest >= 0; highest--)
        {
            if (priorities[highest] is { } queue && queue.TryDequeue(out var first))
            {
                return first;
            }
        }

        while (queued.TryDequeue(out var lane))
        {
            lane.IsQueued = false;
            if (lane.Take() is { } message)
            {
                lane.IsBusy = true;
                return message;
            }
        }

        return null;
    }

    /// <summary>A message that was taken is no longer in work; those of its key stay behind it if it waits for a retry.</summary>
    public void End(PendingMessage<T> message, bool isDone)
    {
        if (message.Lane is not { } lane)
        {
            return;
        }

        lane.IsBusy = false;
        if (isDone)
        {
            lane.Release(message);
        }
        else
        {
            lane.Hold(message);
        }

        Queue(lane);
    }

    /// <summary>Holds back the key of a message that failed in an earlier life of the group.</summary>
    public void Hold(PendingMessage<T> message)
    {
        if (lanes.Length > 0)
        {
            Assign(message).Hold(message);
        }
    }

    public PendingMessage<T>? DropOldest()
    {
        foreach (var queue in priorities)
        {
            if (queue is not null && queue.TryDequeue(out var oldest))
            {
                return oldest;
            }
        }

        Lane<T>? longest = null;
        foreach (var lane in lanes)
        {
            if (lane.PeekOldest() is { } head && (longest is null || head.QueuedAt < longest.PeekOldest()!.QueuedAt))
            {
                longest = lane;
            }
        }

        return longest?.DropOldest();
    }

    public long OldestAt()
    {
        var oldest = long.MaxValue;
        foreach (var queue in priorities)
        {
            oldest = queue is not null && queue.TryPeek(out var first) ? Math.Min(oldest, first.QueuedAt) : oldest;
        }

        foreach (var lane in lanes)
        {
            oldest = Math.Min(oldest, lane.OldestAt());
        }

        return oldest;
    }

    // A message without a key goes wherever it is its turn.
    private Lane<T> Assign(PendingMessage<T> message) => message.Lane ??=
        lanes[message.Metadata.Key is { } key ? (int)(Balancing.StableHash.Compute(key) % (ulong)lanes.Length) : next++ % lanes.Length];

    private void Queue(Lane<T> lane)
    {
        if (!lane.IsBusy && !lane.IsQueued && lane.HasWork)
        {
            lane.IsQueued = true;
            queued.Enqueue(lane);
        }
    }
}
