using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;

namespace Sira.Kernel.Registry;

/// <summary>The endpoints of a service at one moment, together with the token that tells when they are no longer the endpoints of the service.</summary>
/// <remarks>
/// Immutable, and safe to use for as long as the holder likes; the endpoints in it are live. The token belongs to this snapshot, so a change that comes between reading the endpoints and watching
/// the token is not missed: the token has then already changed, and calls back at once.
/// </remarks>
public sealed class ServiceSnapshot
{
    private readonly ChangeSignal superseded;

    internal ServiceSnapshot(string service, long version, ImmutableArray<Endpoint> endpoints, ImmutableArray<EndpointClaim> shadowed, ImmutableArray<string> cordoned, HealthEpoch health)
        : this(service, version, endpoints, shadowed, cordoned, health, new ChangeSignal())
    {
    }

    private ServiceSnapshot(string service, long version, ImmutableArray<Endpoint> endpoints, ImmutableArray<EndpointClaim> shadowed, ImmutableArray<string> cordoned, HealthEpoch health, ChangeSignal superseded)
    {
        Service = service;
        Version = version;
        Endpoints = endpoints;
        Shadowed = shadowed;
        Cordoned = cordoned;
        Health = health;
        this.superseded = superseded;
    }

    /// <summary>Gets the name of the service.</summary>
    public string Service { get; }

    /// <summary>Gets the version: larger in each later snapshot of the registry, 0 while the service is not known.</summary>
    public long Version { get; }

    /// <summary>Gets the endpoints, in the order in which they were given, those of origins with a lower precedence first.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>Gets the claims that are not in force because another origin lists the same identity and goes before.</summary>
    public ImmutableArray<EndpointClaim> Shadowed { get; }

    /// <summary>Gets the identities that are kept out although somebody lists them, see <see cref="IServiceRegistry.Cordon"/>.</summary>
    public ImmutableArray<string> Cordoned { get; }

    /// <summary>Gets the token that changes once, when this snapshot is superseded. Safe to use with <c>ChangeToken.OnChange</c>; a callback that is being made while its registration is disposed still runs.</summary>
    public IChangeToken ChangeToken => superseded;

    /// <summary>Gets what tells of changes of the endpoints' health.</summary>
    internal HealthEpoch Health { get; }

    /// <summary>Gets the signal behind the token.</summary>
    internal ChangeSignal Superseded => superseded;

    /// <summary>Makes a snapshot of nothing.</summary>
    internal static ServiceSnapshot Empty() => new(string.Empty, 0, [], [], [], new HealthEpoch());

    /// <summary>Makes a snapshot of the same content and signal under another name.</summary>
    internal ServiceSnapshot For(string service) => new(service, Version, Endpoints, Shadowed, Cordoned, Health, superseded);

    /// <summary>Makes a snapshot with the same signal of some of the endpoints.</summary>
    internal ServiceSnapshot Of(ImmutableArray<Endpoint> endpoints) => new(Service, Version, endpoints, Shadowed, Cordoned, Health, superseded);
}
