using System.Runtime.CompilerServices;
using Sira.Backends;
using Sira.Decisions;
using Sira.Gateway.Capacity;
using Sira.Gateway.Configuration;
using Sira.Gateway.Targets;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Gateway.Routing;

/// <summary>Makes a route's targets. Health, load and statistics live with the kernel's registry under one identity per model and backend, whichever routes use it and however often the configuration is reloaded.</summary>
internal sealed class TargetFactory(IServiceRegistry registry, TargetCapacities capacities, TimeProvider time, IRandomSource random)
{
    // Names of direct targets come from callers, who can make up any number; beyond this many a new one has a health of its own that nobody remembers.
    private const int MaximumEndpoints = 2048;

    // The statistics live exactly as long as the load that they belong to, which the registry keeps.
    private readonly ConditionalWeakTable<EndpointLoad, TargetStatistics> statistics = [];

    public RouteTarget Create(IBackend backend, string modelId, RouteKind kind, int position, FallbackKind fallback, double weight, GatewayOptions gateway, bool isDirect = false, bool isArmOnly = false, bool isShared = false)
    {
        var model = backend.GetModel(modelId);
        var definition = new EndpointDefinition(RouteTarget.NameOf(backend, modelId))
        {
            Metadata = new Dictionary<string, string> { ["backend"] = backend.Name, ["provider"] = backend.Provider, ["model"] = modelId },
        };
        var shared = isDirect && !HasRoom(definition.Id)
            ? new Endpoint(definition, new CircuitBreaker(gateway.Breaker, time, random), new EndpointLoad(time))
            : registry.GetOrAdd(ServiceNames.Models, definition, gateway.Breaker);
        var own = weight == shared.Weight ? shared : new Endpoint(definition with { Weight = weight }, shared.Breaker, shared.Load);
        var provider = registry.GetOrAdd(ServiceNames.Providers, new EndpointDefinition(backend.Name) { Metadata = new Dictionary<string, string> { ["provider"] = backend.Provider } }, gateway.ProviderBreaker ?? gateway.Breaker);
        var seen = statistics.GetValue(shared.Load, load => new TargetStatistics(load, time));
        return new RouteTarget(backend, model, own, provider, seen, capacities.Of(backend, definition.Id, gateway.Limits, isShared), kind == RouteKind.Embeddings, position, fallback, isArmOnly);
    }

    private bool HasRoom(string id)
    {
        var known = registry.GetSnapshot(ServiceNames.Models).Endpoints;
        return known.Length < MaximumEndpoints || known.Any(endpoint => endpoint.Id == id);
    }
}
