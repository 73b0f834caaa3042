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
    private readonly CancellationTokenSource superseded;

    internal ServiceSnapshot(string service, long version, ImmutableArray<Endpoint> endpoints)
        : this(service, version, endpoints, new CancellationTokenSource())
    {
    }

    private ServiceSnapshot(string service, long version, ImmutableArray<Endpoint> endpoints, CancellationTokenSource superseded)
    {
        Service = service;
        Version = version;
        Endpoints = endpoints;
        this.superseded = superseded;
        ChangeToken = new CancellationChangeToken(superseded.Token);
    }

    /// <summary>Gets the name of the service.</summary>
    public string Service { get; }

    /// <summary>Gets the version: larger in each later snapshot of the registry, 0 while the service is not known.</summary>
    public long Version { get; }

    /// <summary>Gets the endpoints, in the order in which they were given.</summary>
    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>Gets the token that changes once, when this snapshot is superseded.</summary>
    public IChangeToken ChangeToken { get; }

    /// <summary>Makes a snapshot of the same content and signal under another name.</summary>
    internal ServiceSnapshot For(string service) => new(service, Version, Endpoints, superseded);

    /// <summary>Tells whoever watches. What the callbacks throw reaches the caller as one <see cref="AggregateException"/>, after all of them have run.</summary>
    internal void Supersede() => superseded.Cancel();
}
