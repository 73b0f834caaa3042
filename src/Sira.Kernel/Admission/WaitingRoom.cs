using Sira.Kernel.Resources;

namespace Sira.Kernel.Admission;

/// <summary>Where all wait whose reservations did not fit. Serves the line of a pool whenever there may be room in it.</summary>
/// <remarks>
/// <para>One room and one lock for all pools: an entry asks for several of them and moves from the line of one to that of another, so that a lock for each would need an order. It is entered only where somebody waits or has to.</para>
/// <para>Nobody is left waiting while there is room: an entry stands in its line before the attempt that may leave it there, and who frees a pool looks at the line afterwards, so one of the two sees the other.</para>
/// </remarks>
internal sealed class WaitingRoom
{
    private readonly Lock gate = new();

    // All of these are touched under the lock only.
    private readonly Queue<WaitLine> noted = new();
    private List<WaitingEntry>? ended;
    private long lastTicket;
    private int depth;

    private WaitingRoom()
    {
    }

    public static WaitingRoom Shared { get; } = new();

    public static bool AnybodyWaits(ReadOnlySpan<ResourceRequest> requests)
    {
        foreach (var (pool, amount) in requests)
        {
            if (amount > 0 && pool.Live.IsWaitedFor)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells that pools may have room.</summary>
    public void Signal(ReadOnlySpan<ResourceRequest> freed)
    {
        // A pool of somebody else's making may have freed itself without a fence.
        Interlocked.MemoryBarrier();
        foreach (var (pool, _) in freed)
        {
            if (pool.IsWaitedFor)
            {
                using (Enter())
                {
                    NoteAll(freed);
                }

                return;
            }
        }
    }

    /// <summary>Tells that a pool may have room.</summary>
    public void Signal(ResourcePool pool)
    {
        Interlocked.MemoryBarrier();
        if (pool.IsWaitedFor)
        {
            using (Enter())
            {
                Note(pool.Line);
            }
        }
    }

    /// <summary>Reserves, or begins to wait.</summary>
    public ValueTask<QueuedReservation> ReserveAsync(AdmissionQueue queue, ReadOnlySpan<ResourceRequest> requests, QueueEntry how, CancellationToken cancellationToken)
    {
        WaitingEntry entry;
        using (Enter())
        {
            entry = new WaitingEntry(queue, requests.ToArray(), how.Priority, ++lastTicket);
            if (Try(entry, out var outcome) is not { } line)
            {
                return new ValueTask<QueuedReservation>(outcome);
            }

            var wait = queue.MaximumWait(how.MaximumWait);
            if (wait == TimeSpan.Zero)
            {
                return new ValueTask<QueuedReservation>(entry.Refuse(AdmissionRefusal.TimedOut, line));
            }

            if (!queue.TryMakeRoom(entry.Priority, out var displaced))
            {
                return new ValueTask<QueuedReservation>(entry.Refuse(AdmissionRefusal.Full, line));
            }

            if (displaced is not null)
            {
                displaced.Decide(displaced.Refuse(AdmissionRefusal.Full, displaced.Line!));
                Leave(displaced);
            }

            entry.BeginToWait(wait);
            queue.Add(entry);
            line.Add(entry);
            Note(line);
        }

        return WaitAsync(entry, cancellationToken);
    }

    /// <summary>The timer of an entry: its deadline has come, or the time at which it may fit.</summary>
    public void Tick(WaitingEntry entry)
    {
        using (Enter())
        {
            if (entry.Line is not { } line)
            {
                return;
            }

            if (!entry.IsOver)
            {
                entry.SetTimer(Timeout.InfiniteTimeSpan);
                Note(line);
                return;
            }

            // What frees at the very instant of the deadline is still in time.
            Note(line);
            ServeNoted();
            if (entry.Line is { } last)
            {
                entry.Decide(entry.Refuse(AdmissionRefusal.TimedOut, last));
                Leave(entry);
            }
        }
    }

    /// <summary>Enters the room. Leaving it serves the lines that were noted, and outside of it wakes those who are done.</summary>
    public Visit Enter()
    {
        gate.Enter();
        depth++;
        return new Visit(this);
    }

    private static async ValueTask<QueuedReservation> WaitAsync(WaitingEntry entry, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static (state, token) => Shared.Cancel((WaitingEntry)state!, token), entry);
        try
        {
            return await entry.Task.ConfigureAwait(false);
        }
        finally
        {
            registration.Unregister();
            entry.EndTimer();
        }
    }

    private void Cancel(WaitingEntry entry, CancellationToken token)
    {
        using (Enter())
        {
            if (entry.Line is not null)
            {
                entry.Cancel(token);
                Leave(entry);
            }
        }
    }

    // Returns the line in which it has to stand, or null when it is decided.
    private static WaitLine? Try(WaitingEntry entry, out QueuedReservation outcome)
    {
        outcome = default;
        var requests = entry.Requests;
        WaitLine? barred = null;
        for (var i = 0; i < requests.Length; i++)
        {
            var (pool, amount) = requests[i] = requests[i] with { Pool = requests[i].Pool.Live };
            if (Exceeds(requests, pool))
            {
                outcome = entry.Refuse(AdmissionRefusal.Impossible, new ResourceRejection(pool, amount, pool.Used, null));
                return null;
            }

            if (barred is null && amount > 0 && pool.Line is { First: { } first } line && WaitingOrder.Instance.Compare(first, entry) < 0)
            {
                barred = line;
            }
        }

        if (barred is not null)
        {
            return barred;
        }

        if (ResourceScheduler.TryTake(requests, tellWaiting: false, out var reservation, out var rejection))
        {
            outcome = entry.Grant(reservation);
            return null;
        }

        entry.Reject(rejection);
        return rejection.Pool.GetOrAddLine();
    }

    private static bool Exceeds(ResourceRequest[] requests, ResourcePool pool)
    {
        var left = pool.Limit;
        foreach (var (other, amount) in requests)
        {
            if (ReferenceEquals(other, pool))
            {
                if (amount > left)
                {
                    return true;
                }

                left -= amount;
            }
        }

        return false;
    }

    private void ServeNoted()
    {
        while (noted.TryDequeue(out var line))
        {
            line.IsNoted = false;
            Serve(line);
        }
    }

    private void Serve(WaitLine line)
    {
        while (line.First is { } entry)
        {
            var next = TryOrFail(entry, out var outcome);
            if (entry.Line != line)
            {
                // It left from within a pool of somebody else's making.
                outcome.Reservation?.Release();
            }
            else if (next is null)
            {
                entry.Decide(outcome);
                Remove(entry);
            }
            else if (next == line && !entry.IsOver)
            {
                entry.SetTimer();
                return;
            }
            else if (next == line)
            {
                entry.Decide(entry.Refuse(AdmissionRefusal.TimedOut, line));
                Remove(entry);
            }
            else
            {
                line.Remove(entry);
                next.Add(entry);
                Note(next);
            }
        }
    }

    private static WaitLine? TryOrFail(WaitingEntry entry, out QueuedReservation outcome)
    {
        try
        {
            return Try(entry, out outcome);
        }
        catch (Exception exception)
        {
            // A pool of somebody else's making threw. Whoever asked it is told, the others wait on.
            entry.Fail(exception);
            outcome = default;
            return null;
        }
    }

    private void Leave(WaitingEntry entry)
    {
        var line = entry.Line!;
        Remove(entry);
        Note(line);
    }

    private void Remove(WaitingEntry entry)
    {
        entry.Line!.Remove(entry);
        entry.Queue.Remove(entry);
        (ended ??= []).Add(entry);
    }

    private void NoteAll(ReadOnlySpan<ResourceRequest> pools)
    {
        foreach (var (pool, _) in pools)
        {
            Note(pool.Line);
        }
    }

    private void Note(WaitLine? line)
    {
        if (line is { IsNoted: false, IsEmpty: false })
        {
            line.IsNoted = true;
            noted.Enqueue(line);
        }
    }

    private void Exit()
    {
        List<WaitingEntry>? woken = null;
        try
        {
            // A visit from within another, by a pool of somebody else's making, leaves the serving to the outer one.
            if (depth == 1)
            {
                ServeNoted();
                (woken, ended) = (ended, null);
            }
        }
        finally
        {
            depth--;
            gate.Exit();
        }

        InlineCompletions.Run(woken);
    }

    /// <summary>The time between entering and leaving.</summary>
    public readonly ref struct Visit(WaitingRoom room)
    {
        public void Dispose() => room.Exit();
    }
}
