using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Kernel.Admission;

/// <summary>A bounded place to wait for room in resource pools, by priority and with a deadline. Wait through <see cref="ResourceScheduler.ReserveAsync"/>.</summary>
/// <remarks>
/// <para>Thread-safe. Each user of the pools has a queue of its own, so that one cannot fill the other's; those who wait for the same pool are served in one order, whatever queues they wait in: the higher priority first, then the earlier arrival. With a <see cref="FairShare"/>, tenants of equal priority share what the arrivals of all of them are entitled to, and those of other queues notice nothing of it.</para>
/// <para>A queue needs no disposal: whoever waits leaves it by itself, at the latest at its deadline.</para>
/// </remarks>
public sealed class AdmissionQueue
{
    private readonly SortedSet<WaitingEntry> entries = new(WaitingOrder.Instance);
    private readonly QueueTenants? tenants;
    private readonly MonotonicClock clock;
    private volatile AdmissionQueueOptions options;
    private volatile int length;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="time">The clock of the deadlines; the one of the pools that are waited for.</param>
    /// <param name="fairShare">How tenants share; <see langword="null"/> serves in the order of arrival, whoever they are.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public AdmissionQueue(AdmissionQueueOptions options, TimeProvider time, FairShare? fairShare = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ThrowIfInvalid(options);
        this.options = options;
        Time = time;
        FairShare = fairShare;
        tenants = fairShare is null ? null : new QueueTenants();
        clock = new MonotonicClock(time);
    }

    /// <summary>Gets the bounds in force.</summary>
    public AdmissionQueueOptions Options => options;

    /// <summary>Gets how tenants share; <see langword="null"/> where they do not.</summary>
    public FairShare? FairShare { get; }

    /// <summary>Gets how many wait now.</summary>
    public int Length => length;

    /// <summary>Gets how long the one has waited that has waited longest; zero when nobody waits.</summary>
    public TimeSpan OldestWait
    {
        get
        {
            if (length == 0)
            {
                return TimeSpan.Zero;
            }

            var now = clock.Now;
            var earliest = now;
            using (WaitingRoom.Shared.Enter())
            {
                foreach (var entry in entries)
                {
                    earliest = Math.Min(earliest, entry.ArrivedAt);
                }
            }

            return clock.ToTimeSpan(now - earliest);
        }
    }

    /// <summary>Replaces the bounds. Who waits already keeps its place and its deadline.</summary>
    /// <param name="options">The new bounds.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range; the old bounds stay.</exception>
    public void Reconfigure(AdmissionQueueOptions options)
    {
        ThrowIfInvalid(options);
        this.options = options;
    }

    internal TimeProvider Time { get; }

    internal long Now => clock.Now;

    internal TimeSpan Since(long arrivedAt) => clock.ToTimeSpan(clock.Now - arrivedAt);

    internal TimeSpan Span(long duration) => clock.ToTimeSpan(duration);

    internal long Later(long instant, TimeSpan duration) => MonotonicClock.Add(instant, clock.ToTimestamps(duration));

    internal TimeSpan MaximumWait(TimeSpan? asked)
    {
        var most = options.MaximumWait;
        return asked is { } wait && wait != Timeout.InfiniteTimeSpan && wait < most ? wait : most;
    }

    // Called in the waiting room. The last in order, which would have been served last, makes way for a higher priority; among equals, the last of the tenant that has most in the queue.
    internal bool TryMakeRoom(WaitingEntry newcomer, out WaitingEntry? displaced)
    {
        displaced = null;
        if (entries.Count < options.MaximumLength)
        {
            return true;
        }

        displaced = entries.Max is { } last && last.Priority < newcomer.Priority ? last : tenants?.MakesWayFor(newcomer);
        return displaced is not null;
    }

    internal void Add(WaitingEntry entry)
    {
        entries.Add(entry);
        length = entries.Count;
        tenants?.Add(entry);
        FairShare?.BeginToWait(entry.Tenant!);
    }

    internal void Remove(WaitingEntry entry)
    {
        entries.Remove(entry);
        length = entries.Count;
        tenants?.Remove(entry);
        FairShare?.EndToWait(entry.Tenant!);
    }

    internal void Reorder(WaitingEntry entry, Action<WaitingEntry> change)
    {
        entries.Remove(entry);
        change(entry);
        entries.Add(entry);
    }

    private static void ThrowIfInvalid(AdmissionQueueOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ConfigurationErrors();
        options.Validate("AdmissionQueue", errors);
        errors.ThrowIfAny();
    }
}
