using Sira.Kernel.Time;

namespace Sira.Kernel.Messaging.Queueing;

/// <summary>The bounded queue of one group: room for publishers, messages for workers, and a clock for those that are not due yet.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Thread-safe. One short lock; whoever waits is woken on the thread pool, never within it.</remarks>
internal sealed class GroupQueue<T> : IDisposable
{
    private readonly Lock gate = new();
    private readonly ReadyMessages<T> ready;
    private readonly TimedMessages<T> timed;
    private readonly Queue<Worker> workers = new();
    private readonly RoomWaiters publishers = new();
    private readonly MonotonicClock clock;
    private readonly QueueOverflow overflow;
    private readonly int capacity;
    private readonly int maximumDelayed;
    private readonly Action dropped;
    private int held;

    // Places that were granted and have no message yet: whoever ends waits for them.
    private int reserved;
    private int delayed;
    private int inWork;
    private int suspects;
    private bool draining;
    private bool ended;

    public GroupQueue(int capacity, int maximumDelayed, int partitions, QueueOverflow overflow, TimeProvider time, Action dropped)
    {
        (this.capacity, this.maximumDelayed, this.overflow, this.dropped) = (capacity, maximumDelayed, overflow, dropped);
        clock = new MonotonicClock(time);
        ready = new ReadyMessages<T>(partitions);
        timed = new TimedMessages<T>(time, clock, OnTimer);
    }

    public long Now => clock.Now;

    public long After(TimeSpan duration) => MonotonicClock.Add(clock.Now, clock.ToTimestamps(duration));

    public TimeSpan Since(long at) => clock.ToTimeSpan(clock.Now - at);

    /// <summary>Returns how many messages it holds, how many are delayed, how many in work, and how long the oldest has waited.</summary>
    public (int Held, int Delayed, int InWork, TimeSpan OldestAge) Measure()
    {
        lock (gate)
        {
            var oldest = ready.OldestAt();
            return (held, delayed, inWork, oldest == long.MaxValue ? TimeSpan.Zero : clock.ToTimeSpan(clock.Now - oldest));
        }
    }

    /// <summary>Asks for a place; waits for one where the overflow says so.</summary>
    public ValueTask<RoomResult> ReserveAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<RoomResult> waiter;
        lock (gate)
        {
            if (draining || ended)
            {
                return new(RoomResult.Ended);
            }

            if (TryReserve())
            {
                return new(RoomResult.Granted);
            }

            switch (overflow)
            {
                case QueueOverflow.Reject:
                    return new(RoomResult.Refused);
                case QueueOverflow.DropOldest when ready.DropOldest() is not null:
                    dropped();
                    reserved++;
                    return new(RoomResult.Granted);
                case QueueOverflow.DropOldest or QueueOverflow.DropNewest:
                    dropped();
                    return new(RoomResult.Dropped);
            }

            waiter = publishers.Add();
        }

        return RoomWaiters.WaitAsync(waiter, GiveBack, cancellationToken);
    }

    /// <summary>Asks for a place and does not wait.</summary>
    public bool TryReserve()
    {
        lock (gate)
        {
            var isGranted = !draining && !ended && held < capacity;
            (held, reserved) = isGranted ? (held + 1, reserved + 1) : (held, reserved);
            return isGranted;
        }
    }

    /// <summary>Asks for a place among the delayed.</summary>
    public RoomResult ReserveDelayed()
    {
        lock (gate)
        {
            if (draining || ended)
            {
                return RoomResult.Ended;
            }

            if (delayed >= maximumDelayed)
            {
                return RoomResult.Refused;
            }

            delayed++;
            return RoomResult.Granted;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void GiveBack(bool isDelayed)
    {
        lock (gate)
        {
            if (isDelayed)
            {
                delayed--;
            }
            else
            {
                reserved--;
                Free();
                DismissAll();
            }
        }
    }

    /// <summary>Puts a message on a place that was granted.</summary>
    public void Add(PendingMessage<T> message)
    {
        lock (gate)
        {
            message.IsCounted = true;
            message.QueuedAt = clock.Now;
            suspects += message.IsSuspect ? 1 : 0;
            reserved--;
            ready.Add(message);
            Hand();
            DismissAll();
        }
    }

    /// <summary>Puts a message away until it is due, on a place that was granted.</summary>
    /// <param name="message">The message.</param>
    /// <param name="due">When it is due.</param>
    /// <param name="isCounted">Whether its place is one of the capacity, or one among the delayed.</param>
    /// <param name="isRetry">Whether it failed in an earlier life of the group, so that those of its key wait.</param>
    public void AddTimed(PendingMessage<T> message, long due, bool isCounted, bool isRetry)
    {
        lock (gate)
        {
            (message.IsCounted, message.IsRetry, message.QueuedAt) = (isCounted, isRetry, clock.Now);
            reserved -= isCounted ? 1 : 0;
            suspects += message.IsSuspect ? 1 : 0;
            if (isRetry)
            {
                ready.Hold(message);
            }

            Schedule(message, due);
        }
    }

    /// <summary>Takes the next message for a worker, waiting for one.</summary>
    /// <param name="owner">Whose worker it is.</param>
    /// <param name="hasEnded">Whether the owner has ended while others of the group go on; asked under the lock.</param>
    /// <returns>The message, or <see langword="null"/> when there is none any more.</returns>
    public ValueTask<PendingMessage<T>?> TakeAsync(object owner, Func<bool> hasEnded)
    {
        lock (gate)
        {
            if (ended || hasEnded())
            {
                return new((PendingMessage<T>?)null);
            }

            if (Take() is { } message)
            {
                return new(message);
            }

            if (draining && reserved == 0)
            {
                return new((PendingMessage<T>?)null);
            }

            var worker = new Worker(owner);
            workers.Enqueue(worker);
            return new(worker.Task);
        }
    }

    /// <summary>Sends home the workers of an owner that wait.</summary>
    public void Dismiss(object owner)
    {
        lock (gate)
        {
            for (var left = workers.Count; left > 0; left--)
            {
                var worker = workers.Dequeue();
                if (ReferenceEquals(worker.Owner, owner))
                {
                    worker.TrySetResult(null);
                }
                else
                {
                    workers.Enqueue(worker);
                }
            }
        }
    }

    /// <summary>A message that was taken is done for this group.</summary>
    public void Complete(PendingMessage<T> message)
    {
        lock (gate)
        {
            inWork--;
            Clear(message);
            Free();
            ready.End(message, isDone: true);
            Hand();
        }
    }

    /// <summary>A message that was taken is to be delivered again after a while. It keeps its place, and its key.</summary>
    public void Retry(PendingMessage<T> message, TimeSpan delay)
    {
        lock (gate)
        {
            inWork--;
            message.IsRetry = true;
            Clear(message);
            ready.End(message, isDone: false);
            if (delay <= TimeSpan.Zero)
            {
                ready.Resume(message);
            }
            else
            {
                Schedule(message, After(delay));
            }

            Hand();
        }
    }

    /// <summary>A message that was taken is to be delivered again at once, by somebody else. It keeps its place, and its key.</summary>
    /// <returns>Whether there is anybody: not when the queue has ended.</returns>
    public bool TryReturn(PendingMessage<T> message)
    {
        lock (gate)
        {
            if (ended)
            {
                return false;
            }

            inWork--;
            ready.End(message, isDone: false);
            ready.Resume(message);
            Hand();
            return true;
        }
    }

    /// <summary>Takes no more messages; workers go home when nothing can be taken any more.</summary>
    public void Drain()
    {
        lock (gate)
        {
            draining = true;
            publishers.End();
            Hand();
            DismissAll();
        }
    }

    /// <summary>Hands out nothing any more.</summary>
    /// <returns>How many messages were left, those in work apart.</returns>
    public int End()
    {
        Drain();
        lock (gate)
        {
            ended = true;
            DismissAll();
            timed.Dispose();
            while (ready.Take() is not null)
            {
            }

            var left = held + delayed - inWork;
            (held, delayed) = (inWork, 0);
            return left;
        }
    }

    public void Dispose() => End();

    // What may have killed the process is in work alone.
    private PendingMessage<T>? Take()
    {
        if (suspects > 0 && inWork > 0)
        {
            return null;
        }

        var message = ready.Take();
        inWork += message is null ? 0 : 1;
        return message;
    }

    private void Hand()
    {
        while (!ended && workers.Count > 0 && Take() is { } message)
        {
            workers.Dequeue().TrySetResult(message);
        }
    }

    private void Free()
    {
        var isGranted = publishers.TryGrant();
        (held, reserved) = isGranted ? (held, reserved + 1) : (held - 1, reserved);
    }

    private void DismissAll()
    {
        while ((ended || (draining && reserved == 0)) && workers.TryDequeue(out var worker))
        {
            worker.TrySetResult(null);
        }
    }

    private void Clear(PendingMessage<T> message)
    {
        suspects -= message.IsSuspect ? 1 : 0;
        message.IsSuspect = false;
    }

    private void Schedule(PendingMessage<T> message, long due)
    {
        if (!ended)
        {
            timed.Add(message, due);
        }
    }

    private void OnTimer()
    {
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            var now = clock.Now;
            while (timed.TakeDue(now) is { } message)
            {
                if (!message.IsCounted)
                {
                    (message.IsCounted, message.QueuedAt) = (true, now);
                    delayed--;
                    held++;
                }

                if (message.IsRetry)
                {
                    ready.Resume(message);
                }
                else
                {
                    ready.Add(message);
                }
            }

            Hand();
        }
    }

    private sealed class Worker(object owner) : TaskCompletionSource<PendingMessage<T>?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public object Owner => owner;
    }
}
