using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Errors;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Detection;
using Sira.Kernel.Time;

namespace Sira.Kernel.Registry.Leases;

/// <summary>Registers endpoints for as long as somebody renews them. A holder that falls silent first loses its calls, then its place.</summary>
/// <remarks>
/// Thread-safe. All leases share one timer. Time in which this process itself stood still does not count, see <see cref="StallMeter"/>: after a pause, every holder has as long as it had before it.
/// Disposing gives all leases back.
/// </remarks>
public sealed class EndpointLeases : IDisposable
{
    /// <summary>The most leases there can be at a time, 100,000.</summary>
    public const int MaximumLeases = 100_000;

    // A tenth of the shortest time to live.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Service, string EndpointId), EndpointLease> leases = new(LeaseKeyComparer.Instance);
    private readonly TimerWheel wheel;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private int sequence;
    private bool disposed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="registry">Where the endpoints go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stalls">What measures the process's own stalls on the same clock; <see langword="null"/> for one of its own.</param>
    /// <param name="logger">Where lapses are logged; <see langword="null"/> means nowhere.</param>
    public EndpointLeases(IServiceRegistry registry, TimeProvider time, StallMeter? stalls = null, ILogger<EndpointLeases>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(time);
        (Registry, Time, Stalls, this.logger) = (registry, time, stalls ?? new StallMeter(time), logger ?? NullLogger<EndpointLeases>.Instance);
        wheel = new TimerWheel(Math.Max(1, Stalls.ToTimestamps(Tick)));
        timer = time.CreateTimer(static state => ((EndpointLeases)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        registry.EndpointCordoned += OnCordoned;
    }

    /// <summary>Gets the number of leases that have not ended.</summary>
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

    internal IServiceRegistry Registry { get; }

    internal TimeProvider Time { get; }

    internal StallMeter Stalls { get; }

    /// <summary>Registers an endpoint.</summary>
    /// <param name="service">The name of the service, added when it is not known.</param>
    /// <param name="definition">The endpoint.</param>
    /// <param name="options">How long it outlives the silence of its holder; <see langword="null"/> for the defaults.</param>
    /// <param name="breaker">When its breaker opens and closes; <see langword="null"/> for the defaults.</param>
    /// <returns>The lease, to be renewed, and disposed of in the end.</returns>
    /// <exception cref="ArgumentException">A name is blank.</exception>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    /// <exception cref="SiraException">Somebody else holds the endpoint and renews it, and <see cref="LeaseOptions.TakeOver"/> is not set; or there are <see cref="MaximumLeases"/> leases already.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public EndpointLease Register(string service, EndpointDefinition definition, LeaseOptions? options = null, CircuitBreakerOptions? breaker = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentException.ThrowIfNullOrWhiteSpace(definition.Id, nameof(definition));
        options ??= LeaseOptions.Default;
        breaker ??= CircuitBreakerOptions.Default;
        var errors = new ConfigurationErrors();
        options.Validate("Lease", errors);
        breaker.Validate("CircuitBreaker", errors);
        errors.ThrowIfAny();

        EndpointLease lease;
        EndpointLease? before;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (leases.TryGetValue((service, definition.Id), out before) && before.State == LeaseState.Active && !options.TakeOver)
            {
                throw new SiraException($"Endpoint '{definition.Id}' of service '{service}' is leased, and its holder renews it. Dispose of that lease, register under another identity, or set {nameof(LeaseOptions.TakeOver)}.");
            }

            if (before is null && leases.Count >= MaximumLeases)
            {
                throw new SiraException($"There are {MaximumLeases} leases already. Dispose of leases that are not needed, or shorten {nameof(LeaseOptions.RemoveAfter)}.");
            }

            if (leases.Count == 0)
            {
                Stalls.Start();
            }

            // Leases come after what is given without an origin and before sources, in the order of registration; who takes an endpoint over takes its place.
            var origin = before?.Origin ?? new EndpointOrigin(string.Create(CultureInfo.InvariantCulture, $"lease {++sequence}"), int.MinValue + sequence);
            lease = new EndpointLease(this, service, origin, definition, options, breaker);
            if (before is not null)
            {
                before.Successor = lease;
                before.TryMove(before.State, LeaseState.Ended);
                wheel.Remove(before.Entry);
            }

            leases[(service, definition.Id)] = lease;
            wheel.Set(lease.Entry, lease.LapsesAt);
            SetTimer();
        }

        lease.Publish();
        if (before is not null)
        {
            LeaseLog.TakenOver(logger, service, definition.Id);
        }

        Find(lease)?.Signal(EndpointSignals.LeaseLapsed, raise: false);
        return lease;
    }

    /// <summary>Gives all leases back.</summary>
    public void Dispose()
    {
        EndpointLease[] all;
        Registry.EndpointCordoned -= OnCordoned;
        lock (gate)
        {
            disposed = true;
            all = [.. leases.Values];
        }

        foreach (var lease in all)
        {
            End(lease);
        }

        timer.Dispose();
    }

    internal void Reschedule(EndpointLease lease)
    {
        lock (gate)
        {
            if (lease.State == LeaseState.Active && lease.Entry.Tick != TimerWheelEntry.NotSet)
            {
                wheel.Set(lease.Entry, lease.LapsesAt);
                SetTimer();
            }
        }
    }

    internal void Revive(EndpointLease lease)
    {
        lock (gate)
        {
            if (!lease.TryMove(LeaseState.Lapsed, LeaseState.Active))
            {
                return;
            }

            wheel.Set(lease.Entry, lease.LapsesAt);
            SetTimer();
        }

        LeaseLog.Revived(logger, lease.Service, lease.EndpointId);
        Mark(lease);
    }

    internal void End(EndpointLease lease)
    {
        lock (gate)
        {
            if (!lease.TryMove(LeaseState.Active, LeaseState.Ended) && !lease.TryMove(LeaseState.Lapsed, LeaseState.Ended))
            {
                return;
            }

            wheel.Remove(lease.Entry);
            leases.Remove((lease.Service, lease.EndpointId));
            if (leases.Count == 0)
            {
                Stalls.Stop();
            }
        }

        lease.Withdraw();

        // Another origin may list the endpoint still; the silence of a holder that is gone no longer counts against it.
        Find(lease)?.Signal(EndpointSignals.LeaseLapsed, raise: false);
    }

    private void OnCordoned(object? sender, EndpointCordonedEventArgs cordoned)
    {
        EndpointLease? lease;
        lock (gate)
        {
            leases.TryGetValue((cordoned.Service, cordoned.EndpointId), out lease);
        }

        if (lease is not null)
        {
            LeaseLog.Drained(logger, lease.Service, lease.EndpointId);
            End(lease);
        }
    }

    private void Look()
    {
        var due = new List<TimerWheelEntry>();
        var lapsed = new List<EndpointLease>();
        var over = new List<EndpointLease>();
        lock (gate)
        {
            var now = Stalls.Read().Now;
            wheel.TakeDue(now, due);
            foreach (var entry in due)
            {
                Judge((EndpointLease)entry.Owner, now, lapsed, over);
            }

            SetTimer();
        }

        foreach (var lease in lapsed)
        {
            LeaseLog.Lapsed(logger, lease.Service, lease.EndpointId);
            Mark(lease);
        }

        foreach (var lease in over)
        {
            LeaseLog.Removed(logger, lease.Service, lease.EndpointId);
            End(lease);
        }
    }

    private void Judge(EndpointLease lease, long now, List<EndpointLease> lapsed, List<EndpointLease> over)
    {
        var lapsesAt = lease.LapsesAt;
        if (lease.State == LeaseState.Active && lapsesAt > now)
        {
            wheel.Set(lease.Entry, lapsesAt);
            return;
        }

        if (lease.TryMove(LeaseState.Active, LeaseState.Lapsed))
        {
            lease.LapsedAt = now;
            lapsed.Add(lease);
        }

        if (lease.EndsAt(lease.LapsedAt) is var endsAt && endsAt > now)
        {
            if (endsAt != long.MaxValue)
            {
                wheel.Set(lease.Entry, endsAt);
            }
        }
        else
        {
            over.Add(lease);
        }
    }

    // The endpoint shows what the lease's state is; a renewal that comes meanwhile is seen by the second look.
    private void Mark(EndpointLease lease)
    {
        if (Find(lease) is { } endpoint)
        {
            LeaseState seen;
            do
            {
                seen = lease.State;
                endpoint.Signal(EndpointSignals.LeaseLapsed, seen == LeaseState.Lapsed);
            }
            while (lease.State != seen);
        }

        if (lease.State == LeaseState.Lapsed && lease.LapsesAt > Stalls.Read().Now)
        {
            Revive(lease);
        }
    }

    private Endpoint? Find(EndpointLease lease)
    {
        foreach (var endpoint in Registry.GetSnapshot(lease.Service).Endpoints)
        {
            if (endpoint.Id == lease.EndpointId)
            {
                return endpoint;
            }
        }

        return null;
    }

    private void SetTimer()
    {
        var wait = wheel.NextLook is { } next ? Stalls.ToTimeSpan(next - Stalls.Read().Now) : Timeout.InfiniteTimeSpan;

        // A timer takes at most some 49 days; the wheel is looked at again then.
        timer.Change(wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait, Timeout.InfiniteTimeSpan);
    }
}
