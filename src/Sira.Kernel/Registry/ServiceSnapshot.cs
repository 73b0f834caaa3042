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

    internal ServiceSnapshot(string service, long version, ImmutableArray<Endpoint> endpoints)
        : this(service, version, endpoints, new ChangeSignal())
    {
    }

    private ServiceSnapshot(string service, long version, ImmutableArray<Endpoint> endpoints, ChangeSignal superseded)
    {
        Service = service;
        Version = version;
        Endpoints = endpoints;
        this.superseded = superseded;
    }

    /// <summary>Gets the name of the service.</summary>
    public string Service { get; }

    /// <summary>Gets the version: larger in each later snapshot of the registry, 0 while the service is not known.</summary>
    public long Version { get; }

    /// <summary>Gets the endpoints, in the order in which they were given.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>Gets the token that changes once, when this snapshot is superseded. Safe to use with <c>ChangeToken.OnChange</c>; a callback that is being made while its registration is disposed still runs.</summary>
    public IChangeToken ChangeToken => superseded;

    /// <summary>Makes a snapshot of the same content and signal under another name.</summary>
    internal ServiceSnapshot For(string service) => new(service, Version, Endpoints, superseded);

    /// <summary>Gets the signal behind the token.</summary>
    internal ChangeSignal Superseded => superseded;
}
