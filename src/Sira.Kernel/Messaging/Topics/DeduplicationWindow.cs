namespace Sira.Kernel.Messaging.Topics;

/// <summary>The ids of messages that were published lately.</summary>
/// <remarks>Thread-safe. An id whose publication is under way makes the second publisher wait for what comes of it: only a message that was published has duplicates.</remarks>
internal sealed class DeduplicationWindow(int capacity)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Seen> seen = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, Seen Seen)> order = new();

    /// <summary>Begins the publication of an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="now">The time.</param>
    /// <param name="expiresAt">Until when it is remembered.</param>
    /// <param name="other">The publication of the same id that is under way.</param>
    /// <returns>Whether the caller publishes it; if not and there is no <paramref name="other"/>, it is a duplicate.</returns>
    public bool TryBegin(string id, long now, long expiresAt, out Task? other)
    {
        lock (gate)
        {
            Forget(now);
            if (seen.TryGetValue(id, out var known))
            {
                other = known.Outcome.Task.IsCompleted ? null : known.Outcome.Task;
                return false;
            }

            other = null;
            var entry = new Seen(expiresAt);
            seen.Add(id, entry);
            order.Enqueue((id, entry));
            return true;
        }
    }

    /// <summary>Takes note that an id was found where published messages are kept. A publication of it that is under way has succeeded, whatever it is told yet.</summary>
    public void Remember(string id, long now, long expiresAt)
    {
        if (TryBegin(id, now, expiresAt, out _))
        {
            End(id, isPublished: true);
            return;
        }

        lock (gate)
        {
            if (seen.TryGetValue(id, out var entry))
            {
                entry.IsKept = true;
            }
        }
    }

    /// <summary>Ends the publication of an id.</summary>
    public void End(string id, bool isPublished)
    {
        lock (gate)
        {
            if (!seen.TryGetValue(id, out var entry))
            {
                return;
            }

            if (!isPublished && !entry.IsKept)
            {
                seen.Remove(id);
            }

            entry.Outcome.TrySetResult();
        }
    }

    // By time, and by number: the oldest first. One that is under way is not forgotten, since somebody may wait for it.
    private void Forget(long now)
    {
        while (order.TryPeek(out var oldest) && (oldest.Seen.ExpiresAt <= now || seen.Count >= capacity || !seen.ContainsKey(oldest.Id)))
        {
            if (!oldest.Seen.Outcome.Task.IsCompleted)
            {
                return;
            }

            order.Dequeue();
            if (seen.TryGetValue(oldest.Id, out var current) && ReferenceEquals(current, oldest.Seen))
            {
                seen.Remove(oldest.Id);
            }
        }
    }

    private sealed class Seen(long expiresAt)
    {
        public long ExpiresAt => expiresAt;

        public bool IsKept { get; set; }

        public TaskCompletionSource Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
