using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Time;

namespace Sira.Kernel.Registry;

/// <summary>The registry of this process, in memory.</summary>
public sealed class ServiceRegistry : IServiceRegistry
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, ServiceSnapshot> services = new(StringComparer.OrdinalIgnoreCase);
    private readonly ChangeSignalQueue signals = new();
    private readonly TimeProvider time;
    private readonly IRandomSource random;
    private volatile ServiceSnapshot unknown = new(string.Empty, 0, []);
    private long version;

    /// <summary>Initializes a new, empty instance.</summary>
    /// <param name="time">The clock of breakers and loads.</param>
    /// <param name="random">The source of the breakers' jitter.</param>
    public ServiceRegistry(TimeProvider time, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        this.time = time;
        this.random = random;
    }

    /// <inheritdoc />
    public event EventHandler<EndpointHealthChangedEventArgs>? HealthChanged;

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
            var current = Find(service);
            var index = IndexOf(current, definition.Id);
            endpoint = Apply(service, index < 0 ? null : current[index], definition, health, out var changed);
            if (!changed)
            {
                return endpoint;
            }

            Publish(service, index < 0 ? current.Add(endpoint) : current);
        }

        signals.Drain();
        return endpoint;
    }

    /// <inheritdoc />
    public ServiceSnapshot Update(string service, IReadOnlyList<EndpointDefinition> definitions, CircuitBreakerOptions health)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        Validate(definitions, health);
        ServiceSnapshot snapshot;
        lock (gate)
        {
            var current = Find(service);
            var existing = current.ToDictionary(endpoint => endpoint.Id, StringComparer.Ordinal);
            var next = ImmutableArray.CreateBuilder<Endpoint>(definitions.Count);
            var changed = !services.ContainsKey(service) || definitions.Count != current.Length;
            foreach (var definition in definitions)
            {
                var endpoint = Apply(service, existing.GetValueOrDefault(definition.Id), definition, health, out var redefined);
                changed = changed || redefined || !ReferenceEquals(endpoint, current[next.Count]);
                next.Add(endpoint);
            }

            if (!changed)
            {
                return services[service];
            }

            snapshot = Publish(service, next.MoveToImmutable());
        }

        signals.Drain();
        return snapshot;
    }

    /// <inheritdoc />
    public bool Remove(string service, string endpointId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentException.ThrowIfNullOrWhiteSpace(endpointId);
        lock (gate)
        {
            var current = Find(service);
            var index = IndexOf(current, endpointId);
            if (index < 0)
            {
                return false;
            }

            Publish(service, current.RemoveAt(index));
        }

        signals.Drain();
        return true;
    }

    /// <inheritdoc />
    public bool Remove(string service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        lock (gate)
        {
            if (!services.TryRemove(service, out var removed))
            {
                return false;
            }

            signals.Enqueue(removed.Superseded);
        }

        signals.Drain();
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

    private static int IndexOf(ImmutableArray<Endpoint> endpoints, string id)
    {
        for (var i = 0; i < endpoints.Length; i++)
        {
            if (endpoints[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    private ImmutableArray<Endpoint> Find(string service) => services.TryGetValue(service, out var snapshot) ? snapshot.Endpoints : [];

    private Endpoint Apply(string service, Endpoint? existing, EndpointDefinition definition, CircuitBreakerOptions health, out bool changed)
    {
        if (existing is null)
        {
            changed = true;
            return Create(service, definition, health);
        }

        changed = existing.Definition != definition;
        existing.Redefine(definition);
        if (existing.Breaker.Options != health)
        {
            existing.Breaker.Reconfigure(health);
        }

        return existing;
    }

    private Endpoint Create(string service, EndpointDefinition definition, CircuitBreakerOptions health)
    {
        var endpoint = new Endpoint(definition, new CircuitBreaker(health, time, random), new EndpointLoad(time));
        endpoint.Breaker.StateChanged += (_, change) => HealthChanged?.Invoke(this, new EndpointHealthChangedEventArgs(service, endpoint, change));
        return endpoint;
    }

    // Called under the lock, so that signals queue in the order of the changes; they are fired outside it, so that callbacks may use the registry.
    private ServiceSnapshot Publish(string service, ImmutableArray<Endpoint> endpoints)
    {
        var next = new ServiceSnapshot(service, ++version, endpoints);
        var known = services.TryGetValue(service, out var previous);
        services[service] = next;
        if (known)
        {
            signals.Enqueue(previous!.Superseded);
        }
        else
        {
            signals.Enqueue(unknown.Superseded);
            unknown = new ServiceSnapshot(string.Empty, 0, []);
        }

        return next;
    }
}
