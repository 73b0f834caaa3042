using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>Knows the endpoints of each named service, with their health and load, and tells when they change.</summary>
/// <remarks>
/// Implementations are thread-safe. Names of services ignore case; endpoint identities do not. Writes are serialised and the last one wins; each that changes something makes a new snapshot and
/// signals the token of the one before. Signals are given in the order of the changes by one writer's thread at a time; a write from within a callback, or while another writer signals, returns before its own has been given.
/// What callbacks throw is logged and reaches no writer; the others are called all the same, and the change stands. To follow a service, use <c>ChangeToken.OnChange(() => registry.GetSnapshot(name).ChangeToken, …)</c> and read the snapshot anew in the callback.
/// </remarks>
public interface IServiceRegistry
{
    /// <summary>Raised when the breaker of an endpoint changes its state. The rules of <see cref="CircuitBreaker.StateChanged"/> hold. A call that ends after its endpoint was removed may still raise it.</summary>
    event EventHandler<EndpointHealthChangedEventArgs>? HealthChanged;

    /// <summary>Raised when an endpoint was cordoned, on the thread that did it and after watchers were told. What handlers throw is logged.</summary>
    event EventHandler<EndpointCordonedEventArgs>? EndpointCordoned;

    /// <summary>Gets the names of the services known now: those of which anybody lists an endpoint.</summary>
    IReadOnlyCollection<string> Services { get; }

    /// <summary>Gets the endpoints of a service. Lock-free.</summary>
    /// <param name="service">The name of the service.</param>
    /// <returns>The snapshot; an empty one, with a token that changes at the latest when the service is added, if there is no such service.</returns>
    /// <exception cref="ArgumentException"><paramref name="service"/> is blank.</exception>
    ServiceSnapshot GetSnapshot(string service);

    /// <summary>Makes sure that a service has an endpoint. One that exists keeps its breaker and its load; its weight, metadata and breaker options become those given.</summary>
    /// <param name="service">The name of the service, added when it is not known.</param>
    /// <param name="definition">The endpoint.</param>
    /// <param name="health">When its breaker opens and closes.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">A name is blank.</exception>
    /// <exception cref="Configuration.SiraConfigurationException">A breaker option is out of range.</exception>
    Endpoint GetOrAdd(string service, EndpointDefinition definition, CircuitBreakerOptions health);

    /// <summary>Replaces the list of a service's endpoints that was given without an origin. Those that exist already keep their breakers and loads; those that are listed no more, by nobody, are dropped, and with the last of them the service.</summary>
    /// <param name="service">The name of the service, added when it is not known.</param>
    /// <param name="definitions">The endpoints, in order; may be empty.</param>
    /// <param name="health">When their breakers open and close.</param>
    /// <returns>The snapshot after the update.</returns>
    /// <exception cref="ArgumentException">A name is blank, or an identity comes twice; nothing is changed.</exception>
    /// <exception cref="Configuration.SiraConfigurationException">A breaker option is out of range; nothing is changed.</exception>
    ServiceSnapshot Update(string service, IReadOnlyList<EndpointDefinition> definitions, CircuitBreakerOptions health);

    /// <summary>Replaces the list of a service's endpoints that one origin gives; an empty list withdraws it. What other origins list stays. Where two list the same identity, see <see cref="EndpointOrigin"/> and <see cref="ServiceSnapshot.Shadowed"/>.</summary>
    /// <param name="service">The name of the service, added when it is not known.</param>
    /// <param name="origin">Who gives the list.</param>
    /// <param name="definitions">The endpoints, in order; may be empty.</param>
    /// <param name="health">When their breakers open and close.</param>
    /// <returns>The snapshot after the update.</returns>
    /// <exception cref="ArgumentException">A name is blank, or an identity comes twice; nothing is changed.</exception>
    /// <exception cref="Configuration.SiraConfigurationException">A breaker option is out of range; nothing is changed.</exception>
    ServiceSnapshot Update(string service, EndpointOrigin origin, IReadOnlyList<EndpointDefinition> definitions, CircuitBreakerOptions health);

    /// <summary>Drops an endpoint, whoever lists it, and with the last one the service; an origin that lists it anew brings it back. Calls in flight finish on it.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="endpointId">The endpoint's identity.</param>
    /// <returns>Whether there was such an endpoint.</returns>
    bool Remove(string service, string endpointId);

    /// <summary>Drops an endpoint and keeps it out although origins go on listing it: until none lists it any more, so that it is new when one does again, <see cref="GetOrAdd"/> asks for it, or <see cref="Uncordon"/>. The lease of one that is leased ends. Calls in flight finish on it; see <see cref="Discovery.DiscoveryExtensions.DrainAsync"/> to wait for them first.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="endpointId">The endpoint's identity.</param>
    /// <returns>Whether there was such an endpoint.</returns>
    bool Cordon(string service, string endpointId);

    /// <summary>Lets an endpoint back in that was cordoned; it begins anew, with the definition that is listed now.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="endpointId">The endpoint's identity.</param>
    /// <returns>Whether it was cordoned.</returns>
    bool Uncordon(string service, string endpointId);

    /// <summary>Drops a service with all its endpoints.</summary>
    /// <param name="service">The name of the service.</param>
    /// <returns>Whether there was such a service.</returns>
    bool Remove(string service);
}
