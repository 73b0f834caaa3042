using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Collections;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Kernel.Time;

namespace Sira.Kernel.Resources.Leases;

/// <summary>Turns reservations into leases and takes back those that are neither renewed nor ended.</summary>
/// <remarks>
/// <para>Thread-safe. One timer serves all leases. Time is the clock's monotonic one, so that a wall clock that jumps neither ends nor prolongs a lease; a machine that was suspended finds those expired whose time has passed.</para>
/// <para>What is taken back: slots are free again, and amounts of windows and totals count as used in full, because nobody knows what the holder did with them. It is logged (event 1200), counted by <c>sira.lease.taken_back</c> and published as <see cref="LeaseTakenBack"/>. Who waited for it continues on the timer's thread.</para>
/// </remarks>
public sealed class ResourceLeases : IDisposable
{
    // A timer cannot be set further ahead than 49 days; one that comes too early looks and is set again.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    // Of all leases of the process: those on one pool may belong to several of these.
    private static long lastNumber;

    private readonly IndexedHeap<ResourceLease> leases = new();
    private readonly Lock gate = new();
    private readonly ResourceLeaseOptions options;
    private readonly IMessageBus? bus;
    private readonly ILogger logger;
    private readonly MonotonicClock clock;
    private readonly ITimer timer;
    private long armedFor = long.MaxValue;
    private bool disposed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="time">The clock; only its monotonic timestamp and its timers are used.</param>
    /// <param name="options">Durations and bounds; <see langword="null"/> means the defaults.</param>
    /// <param name="bus">Where <see cref="LeaseTakenBack"/> is published; <see langword="null"/> means nowhere.</param>
    /// <param name="logger">Where it is logged; <see langword="null"/> means nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public ResourceLeases(TimeProvider time, ResourceLeaseOptions? options = null, IMessageBus? bus = null, ILogger<ResourceLeases>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.options = options ?? ResourceLeaseOptions.Default;
        var errors = new ConfigurationErrors();
        this.options.Validate("ResourceLeases", errors);
        errors.ThrowIfAny();
        this.bus = bus;
        this.logger = logger ?? NullLogger<ResourceLeases>.Instance;
        clock = new MonotonicClock(time);
        timer = time.CreateTimer(static state => ((ResourceLeases)state!).TakeBackDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets how many leases are held now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return leases.Count;
            }
        }
    }

    /// <summary>Makes a lease of a reservation. From then on the lease is what is renewed, settled and disposed of; ending the reservation itself ends the lease too.</summary>
    /// <param name="reservation">What is held.</param>
    /// <param name="holder">Who holds it, for logs and messages.</param>
    /// <param name="duration">For how long; <see langword="null"/> means <see cref="ResourceLeaseOptions.Duration"/>.</param>
    /// <param name="preemption">Whether it may be wanted back for something more important; <see langword="null"/> means it may not.</param>
    /// <returns>The lease.</returns>
    /// <exception cref="ArgumentException">The holder is blank, or the reservation holds nothing or has ended.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The duration is not positive or above <see cref="ResourceLeaseOptions.MaximumDuration"/>, or a grace time is negative or above it.</exception>
    /// <exception cref="InvalidOperationException"><see cref="ResourceLeaseOptions.MaximumLeases"/> are held; the reservation is still the caller's.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of; the reservation is still the caller's.</exception>
    public ResourceLease Grant(Reservation reservation, string holder, TimeSpan? duration = null, PreemptionTerms? preemption = null)
    {
        var length = CheckDuration(duration);
        if (preemption is not null)
        {
            ArgumentNullException.ThrowIfNull(preemption.Ask, nameof(preemption));
            ArgumentOutOfRangeException.ThrowIfLessThan(preemption.Grace, TimeSpan.Zero, nameof(preemption));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(preemption.Grace, options.MaximumDuration, nameof(preemption));
        }

        return Grant(reservation, holder, length, preemption, isFinal: false);
    }

    /// <summary>Stops the timer. Leases that are held stay as they are, and are not taken back any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
        }

        timer.Dispose();
    }

    /// <summary>Makes a lease that lasts as long as was promised already, and no renewal prolongs.</summary>
    internal ResourceLease GrantFinal(Reservation reservation, string holder, TimeSpan length) => Grant(reservation, holder, length, preemption: null, isFinal: true);

    private ResourceLease Grant(Reservation reservation, string holder, TimeSpan length, PreemptionTerms? preemption, bool isFinal)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        ArgumentException.ThrowIfNullOrWhiteSpace(holder);
        if (reservation.Held.IsEmpty)
        {
            throw new ArgumentException("The reservation holds nothing that could be taken back.", nameof(reservation));
        }

        ResourceLease lease;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (leases.Count >= options.MaximumLeases)
            {
                throw new InvalidOperationException($"{leases.Count} leases are held, as many as {nameof(ResourceLeaseOptions)}.{nameof(ResourceLeaseOptions.MaximumLeases)} allows. End some, or raise it.");
            }

            var now = clock.Now;
            lease = new ResourceLease(this, reservation, holder, preemption, Interlocked.Increment(ref lastNumber), now) { Deadline = After(now, length) };
            lease.LastDeadline = isFinal ? lease.Deadline : long.MaxValue;
            if (!reservation.TryObserve(lease))
            {
                throw new ArgumentException("The reservation has ended already.", nameof(reservation));
            }

            leases.Add(lease);
            Arm();
        }

        if (preemption is not null)
        {
            Preemption.Register(lease);
        }

        return lease;
    }

    internal TimeSpan TimeLeft(ResourceLease lease)
    {
        lock (gate)
        {
            return lease.State == LeaseState.Held ? clock.ToTimeSpan(lease.Deadline - clock.Now) : TimeSpan.Zero;
        }
    }

    internal bool TryRenew(ResourceLease lease, TimeSpan? duration)
    {
        var length = CheckDuration(duration);
        lock (gate)
        {
            if (lease.State != LeaseState.Held || lease.Notice is not null || lease.Deadline <= clock.Now)
            {
                return false;
            }

            var asked = After(clock.Now, length);
            if (asked > lease.LastDeadline)
            {
                return false;
            }

            SetDeadline(lease, Math.Max(lease.Deadline, asked));
            return true;
        }
    }

    /// <summary>Notes that a lease is wanted back, once.</summary>
    /// <returns>Whether it had not been before and is held.</returns>
    internal bool TryWant(ResourceLease lease, PreemptionNotice notice)
    {
        lock (gate)
        {
            if (lease.Notice is not null || lease.State != LeaseState.Held || ((IHeapItem<ResourceLease>)lease).HeapIndex < 0)
            {
                return false;
            }

            lease.Notice = notice;
            SetDeadline(lease, Math.Min(lease.Deadline, After(clock.Now, notice.Grace)));
            return true;
        }
    }

    internal void Tell(PreemptionNotice notice)
    {
        ResourceLog.LeaseWanted(logger, notice.Lease.Holder, notice.WaiterPriority, notice.Grace);
        try
        {
            notice.Lease.Terms!.Ask(notice);
        }
        catch (Exception exception)
        {
            ResourceLog.HolderThrew(logger, notice.Lease.Holder, exception);
        }
    }

    internal void Forget(ResourceLease lease)
    {
        lock (gate)
        {
            if (((IHeapItem<ResourceLease>)lease).HeapIndex >= 0)
            {
                leases.Remove(lease);
            }
        }

        if (lease.Terms is not null)
        {
            Preemption.Unregister(lease);
        }
    }

    private void TakeBackDue()
    {
        lock (gate)
        {
            armedFor = long.MaxValue;
        }

        while (TakeDue() is { } lease)
        {
            var reason = lease.Notice is null ? LeaseState.Expired : LeaseState.Preempted;
            if (lease.TryEnd(reason))
            {
                var heldFor = clock.ToTimeSpan(clock.Now - lease.GrantedAt);
                lease.TakeBack();
                ResourceMetrics.LeaseTakenBack(reason);
                ResourceLog.LeaseTakenBack(logger, reason, lease.Holder, heldFor);
                bus?.Publish(new LeaseTakenBack(lease.Holder, reason, heldFor));
            }
        }
    }

    // One after the other: what continues after the first may renew the second.
    private ResourceLease? TakeDue()
    {
        lock (gate)
        {
            if (disposed || leases.First is not { } first || first.Deadline > clock.Now)
            {
                Arm();
                return null;
            }

            leases.Remove(first);
            return first;
        }
    }

    private void SetDeadline(ResourceLease lease, long deadline)
    {
        lease.Deadline = deadline;
        if (((IHeapItem<ResourceLease>)lease).HeapIndex >= 0)
        {
            leases.Moved(lease);
            Arm();
        }
    }

    private void Arm()
    {
        if (disposed || leases.First is not { } first || first.Deadline >= armedFor)
        {
            return;
        }

        armedFor = first.Deadline;
        var due = clock.ToTimeSpan(armedFor - clock.Now);
        timer.Change(due < ShortestTimer ? ShortestTimer : due > LongestTimer ? LongestTimer : due, Timeout.InfiniteTimeSpan);
    }

    private long After(long now, TimeSpan duration) => MonotonicClock.Add(now, clock.ToTimestamps(duration));

    private TimeSpan CheckDuration(TimeSpan? duration)
    {
        var length = duration ?? options.Duration;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero, nameof(duration));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, options.MaximumDuration, nameof(duration));
        return length;
    }
}
