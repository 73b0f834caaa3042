using Sira.Backends;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;

namespace Sira.Gateway.Routing;

/// <summary>Makes a route's targets. Health and load live in the kernel's registry under one identity per model and backend, whichever routes use it and however often the configuration is reloaded.</summary>
internal sealed class TargetFactory(IServiceRegistry registry)
{
    /// <summary>The kernel service whose endpoints are models.</summary>
    public const string ServiceName = "models";

    public RouteTarget Create(IBackend backend, string modelId, int position, bool isFallback, double weight, CircuitBreakerOptions breaker)
    {
        var model = backend.GetModel(modelId);
        var definition = new EndpointDefinition(RouteTarget.NameOf(backend, modelId))
        {
            Metadata = new Dictionary<string, string> { ["backend"] = backend.Name, ["provider"] = backend.Provider, ["model"] = modelId },
        };
        var shared = registry.GetOrAdd(ServiceName, definition, breaker);
        var own = weight == shared.Weight ? shared : new Endpoint(definition with { Weight = weight }, shared.Breaker, shared.Load);
        return new RouteTarget(backend, model, own, position, isFallback);
    }
}
