using Sira.Kernel.Admission;

namespace Sira.Kernel.Resources.Quotas;

/// <summary>One place in a <see cref="QuotaTree"/> with all levels above it: an API key, its user, its tenant, its organisation.</summary>
/// <remarks>Thread-safe. It may be kept: limits that change take effect in it, and one that the tree has let go finds its successor.</remarks>
public sealed class QuotaPath : IReservationObserver
{
    private const int Retired = int.MinValue;

    private readonly QuotaTree tree;
    private QuotaLimits limits = new([], []);
    private int pins;

    internal QuotaPath(QuotaTree tree, string name, QuotaPath? parent) => (this.tree, Name, Parent) = (tree, name, parent);

    /// <summary>Gets the path, such as <c>acme/research/alice</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the level above; <see langword="null"/> at the top.</summary>
    public QuotaPath? Parent { get; }

    /// <summary>Gets or sets how many levels stand directly below. Under the lock of the tree.</summary>
    internal int Children { get; set; }

    /// <summary>Gets the limits of this level alone, by kind. Under the lock of the tree.</summary>
    internal QuotaLimit?[] Own { get; init; } = [];

    internal QuotaLimits Limits
    {
        get => Volatile.Read(ref limits);
        set => Volatile.Write(ref limits, value);
    }

    /// <summary>Reserves an amount of each kind on every level that limits it, and whatever else is asked for: all of it or nothing.</summary>
    /// <param name="amounts">The estimates, in the order of <see cref="QuotaTree.Kinds"/>.</param>
    /// <param name="reservation">What is then held.</param>
    /// <param name="rejection">Otherwise, which level refused and why.</param>
    /// <param name="others">What else is to be reserved with it, such as a slot at a provider; taken last.</param>
    /// <returns>Whether everything was reserved.</returns>
    /// <exception cref="ArgumentException">One of the others names no pool; nothing is held.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer amounts than kinds, or one is negative; nothing is held.</exception>
    public bool TryReserve(ReadOnlySpan<long> amounts, out QuotaReservation reservation, out ResourceRejection rejection, ReadOnlySpan<ResourceRequest> others = default)
    {
        ResourceScheduler.Check(others);
        var path = Pin(amounts);
        var buffer = default(RequestBuffer);
        var taken = false;
        try
        {
            var current = path.Limits;
            var requests = path.Fill(current, amounts, others, buffer);
            if (requests.IsEmpty)
            {
                (reservation, rejection) = (new QuotaReservation(Reservation.Empty, current, amounts.Length), default);
                return true;
            }

            taken = ResourceScheduler.TryTake(requests, tellWaiting: true, out var held, out rejection, observer: path);
            reservation = taken ? new QuotaReservation(held, current, amounts.Length) : default;
            return taken;
        }
        finally
        {
            if (!taken)
            {
                path.Unpin();
            }
        }
    }

    /// <summary>Reserves as <see cref="TryReserve"/> does, and waits for room where there is none, as <see cref="ResourceScheduler.ReserveAsync"/> describes.</summary>
    /// <param name="amounts">The estimates, in the order of <see cref="QuotaTree.Kinds"/>.</param>
    /// <param name="queue">Where to wait.</param>
    /// <param name="entry">With which priority and for how long.</param>
    /// <param name="others">What else is to be reserved with it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What is held and what came of the waiting; the first holds nothing when it was refused.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer amounts than kinds, or one is negative; nothing is held.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is held. The task ends so.</exception>
    public ValueTask<(QuotaReservation Reservation, QueuedReservation Result)> ReserveAsync(ReadOnlySpan<long> amounts, AdmissionQueue queue, QueueEntry entry = default, ReadOnlySpan<ResourceRequest> others = default, CancellationToken cancellationToken = default)
    {
        var path = Pin(amounts);
        try
        {
            var buffer = default(RequestBuffer);
            var current = path.Limits;
            var asked = ResourceScheduler.Shared.ReserveAsync(path.Fill(current, amounts, others, buffer), queue, entry, cancellationToken);
            return path.FinishAsync(asked, current);
        }
        catch
        {
            path.Unpin();
            throw;
        }
    }

    /// <summary>Returns what is used and allowed of a kind on this level.</summary>
    /// <param name="kind">The kind, by its place in <see cref="QuotaTree.Kinds"/>.</param>
    /// <returns>The pool that counts it; <see langword="null"/> where this level has no limit. To be read, not to be reserved from: the levels above would not know.</returns>
    public ResourcePool? PoolOf(int kind) => tree.PoolOf(this, kind);

    void IReservationObserver.OnEnded(ReadOnlySpan<ResourceRequest> held, ReadOnlySpan<long> actual) => Unpin();

    /// <summary>Lets the path go if nobody would notice. Under the lock of the tree.</summary>
    internal bool TryRetire()
    {
        if (Children > 0 || Volatile.Read(ref pins) != 0 || !IsUnused() || Interlocked.CompareExchange(ref pins, Retired, 0) != 0)
        {
            return false;
        }

        if (IsUnused())
        {
            return true;
        }

        // Wraps round to what has been added meanwhile.
        Interlocked.Add(ref pins, Retired);
        return false;
    }

    private bool IsUnused()
    {
        foreach (var limit in Own)
        {
            if (limit?.Pool is { } pool && (pool.IsWaitedFor || pool.Used != 0))
            {
                return false;
            }
        }

        return true;
    }

    private async ValueTask<(QuotaReservation Reservation, QueuedReservation Result)> FinishAsync(ValueTask<QueuedReservation> asked, QuotaLimits current)
    {
        var kept = false;
        try
        {
            var result = await asked.ConfigureAwait(false);
            kept = result.IsGranted;
            return (result.Reservation is { } held ? Keep(held, current) : default, result);
        }
        finally
        {
            if (!kept)
            {
                Unpin();
            }
        }
    }

    private QuotaReservation Keep(Reservation held, QuotaLimits current)
    {
        if (!held.TryObserve(this))
        {
            // Nothing was limited, so that the reservation is the one that holds nothing.
            Unpin();
        }

        return new QuotaReservation(held, current, tree.Kinds.Count);
    }

    private QuotaPath Pin(ReadOnlySpan<long> amounts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(amounts.Length, tree.Kinds.Count, nameof(amounts));
        foreach (var amount in amounts)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(amount, nameof(amounts));
        }

        var path = this;
        while (!path.TryPin())
        {
            path = tree.Get(Name);
        }

        return path;
    }

    private bool TryPin()
    {
        // Retired is so far below zero that what comes too late does not bring it back.
        if (Interlocked.Increment(ref pins) > 0)
        {
            return true;
        }

        Interlocked.Decrement(ref pins);
        return false;
    }

    private void Unpin() => Interlocked.Decrement(ref pins);

    private ReadOnlySpan<ResourceRequest> Fill(QuotaLimits current, ReadOnlySpan<long> amounts, ReadOnlySpan<ResourceRequest> others, Span<ResourceRequest> buffer)
    {
        var (pools, kinds) = current;
        var count = pools.Length + others.Length;
        var requests = count <= buffer.Length ? buffer[..count] : new ResourceRequest[count];
        for (var i = 0; i < pools.Length; i++)
        {
            requests[i] = new ResourceRequest(pools[i], amounts[kinds[i]]);
        }

        others.CopyTo(requests[pools.Length..]);
        return requests;
    }
}
