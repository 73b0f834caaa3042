using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Time;

namespace Sira.Kernel.Registry;

/// <summary>The registry of this process, in memory.</summary>
public sealed class ServiceRegistry : IServiceRegistry
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, ServiceSnapshot> services = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ServiceEntry> entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly ChangeSignalQueue signals = new();
    private readonly TimeProvider time;
    private readonly IRandomSource random;
    private readonly ILogger logger;
    private volatile ServiceSnapshot unknown = ServiceSnapshot.Empty();
    private long version;

    /// <summary>Initializes a new, empty instance.</summary>
    /// <param name="time">The clock of breakers and loads.</param>
    /// <param name="random">The source of the breakers' jitter.</param>
    /// <param name="logger">Where it is logged what watchers throw; <see langword="null"/> means nowhere.</param>
    public ServiceRegistry(TimeProvider time, IRandomSource random, ILogger<ServiceRegistry>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        this.time = time;
        this.random = random;
        this.logger = logger ?? NullLogger<ServiceRegistry>.Instance;
    }

    /// <inheritdoc />
    public event EventHandler<EndpointHealthChangedEventArgs>? HealthChanged;

    /// <inheritdoc />
    public event EventHandler<EndpointCordonedEventArgs>? EndpointCordoned;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Services => [.. services.Keys];

    /// <inheritdoc />
    public ServiceSnapshot GetSnapshot(string service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);

        // Read before the dictionary: a service that is added after a miss supersedes what stood here before it.
        var missing = unknown;
        return services.TryGetValue(service, out var snapshot) ? snapshot : missing.For(service);
    }

    /// <inheritdoc />
    public Endpoint GetOrAdd(string service, EndpointDefinition definition, CircuitBreakerOptions health)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        Validate([definition], health);
        Endpoint endpoint;
        lock (gate)
        {
            var entry = FindOrCreate(service);
            if (entry.Add(definition, health))
            {
                Publish(service, entry);
            }

            endpoint = entry.Find(definition.Id)!;
        }

        Signal(service);
        return endpoint;
    }

    /// <inheritdoc />
    public ServiceSnapshot Update(string service, IReadOnlyList<EndpointDefinition> definitions, CircuitBreakerOptions health) => Update(service, EndpointOrigin.Direct, definitions, health);

    /// <inheritdoc />
    public ServiceSnapshot Update(string service, EndpointOrigin origin, IReadOnlyList<EndpointDefinition> definitions, CircuitBreakerOptions health)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(origin);
        if (!ReferenceEquals(origin, EndpointOrigin.Direct))
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(origin.Name, nameof(origin));
        }

        Validate(definitions, health);
        ServiceSnapshot snapshot;
        lock (gate)
        {
            var entry = FindOrCreate(service);
            var changed = entry.Set(new Contribution(origin, [.. definitions.Select(definition => (definition, health))]));
            snapshot = changed ? Publish(service, entry) : services.TryGetValue(service, out var current) ? current : Forget(service);
        }

        Signal(service);
        return snapshot;
    }

    /// <inheritdoc />
    public bool Remove(string service, string endpointId) => Change(service, endpointId, static (entry, id) => entry.Remove(id));

    /// <inheritdoc />
    public bool Cordon(string service, string endpointId)
    {
        if (!Change(service, endpointId, static (entry, id) => entry.Cordon(id)))
        {
            return false;
        }

        try
        {
            EndpointCordoned?.Invoke(this, new EndpointCordonedEventArgs(service, endpointId));
        }
#pragma warning disable CA1031 // Of whoever listens, as with watchers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RegistryLog.WatcherThrew(logger, service, exception);
        }

        return true;
    }

    /// <inheritdoc />
    public bool Uncordon(string service, string endpointId) => Change(service, endpointId, static (entry, id) => entry.Uncordon(id));

    /// <inheritdoc />
    public bool Remove(string service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        lock (gate)
        {
            if (!services.ContainsKey(service))
            {
                return false;
            }

            Forget(service);
        }

        Signal(service);
        return true;
    }

    // Everything that can be wrong is found before anything is changed.
    private static void Validate(IReadOnlyList<EndpointDefinition> definitions, CircuitBreakerOptions health)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(health);
        var identities = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            ArgumentNullException.ThrowIfNull(definition);
            ArgumentException.ThrowIfNullOrWhiteSpace(definition.Id);
            if (!identities.Add(definition.Id))
            {
                throw new ArgumentException($"Endpoint '{definition.Id}' is listed twice; list it once, with the sum of the weights if both were meant.", nameof(definitions));
            }
        }

        var errors = new ConfigurationErrors();
        health.Validate("CircuitBreaker", errors);
        errors.ThrowIfAny();
    }

    private bool Change(string service, string endpointId, Func<ServiceEntry, string, bool> change)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentException.ThrowIfNullOrWhiteSpace(endpointId);
        lock (gate)
        {
            if (!entries.TryGetValue(service, out var entry) || !change(entry, endpointId))
            {
                return false;
            }

            Publish(service, entry);
        }

        Signal(service);
        return true;
    }

    private ServiceEntry FindOrCreate(string service)
    {
        if (!entries.TryGetValue(service, out var entry))
        {
            entries[service] = entry = new ServiceEntry();
        }

        return entry;
    }

    private Endpoint Create(string service, EndpointDefinition definition, CircuitBreakerOptions health, HealthEpoch observers)
    {
        var endpoint = new Endpoint(definition, new CircuitBreaker(health, time, random), new EndpointLoad(time)) { Observers = observers };
        endpoint.Breaker.StateChanged += (_, change) =>
        {
            observers.Advance();
            HealthChanged?.Invoke(this, new EndpointHealthChangedEventArgs(service, endpoint, change));
        };
        return endpoint;
    }

    // Whatever a watcher throws, the change is made, and whoever made it has nothing to do with it.
    private void Signal(string service)
    {
        if (signals.Drain() is { } thrown)
        {
            RegistryLog.WatcherThrew(logger, service, thrown);
        }
    }

    // Called under the lock, so that signals queue in the order of the changes; they are fired outside it, so that callbacks may use the registry.
    private ServiceSnapshot Publish(string service, ServiceEntry entry)
    {
        if (entry.IsEmpty)
        {
            return Forget(service);
        }

        var endpoints = entry.Merge((definition, health) => Create(service, definition, health, entry.Health), out var shadowed);
        var next = new ServiceSnapshot(service, ++version, endpoints, shadowed, entry.Cordoned, entry.Health);
        var known = services.TryGetValue(service, out var previous);
        services[service] = next;
        if (known)
        {
            signals.Enqueue(previous!.Superseded);
        }
        else
        {
            signals.Enqueue(unknown.Superseded);
            unknown = ServiceSnapshot.Empty();
        }

        return next;
    }

    // Under the lock as well. What nobody lists is not known, or names that are used once would stay for ever. Whoever watched it finds the token of unknown services, which changes before it is back.
    private ServiceSnapshot Forget(string service)
    {
        entries.Remove(service);
        if (services.TryRemove(service, out var removed))
        {
            signals.Enqueue(removed.Superseded);
        }

        return unknown.For(service);
    }
}
