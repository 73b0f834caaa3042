using Microsoft.Extensions.AI;
using Sira.Gateway.Caching;
using Sira.Requests;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when a request was answered from the cache.</summary>
/// <param name="Request">The request; <see langword="null"/> when its caller named none.</param>
/// <param name="Route">The route of the client that was asked; <see langword="null"/> for the default one.</param>
/// <param name="Status">How it was answered.</param>
/// <param name="Usage">The usage of the call that had made the answer, which was not spent again; <see langword="null"/> if unknown.</param>
public readonly record struct CacheHit(RequestContext? Request, string? Route, CacheStatus Status, UsageDetails? Usage);
