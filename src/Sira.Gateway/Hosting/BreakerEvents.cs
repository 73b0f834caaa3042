using Microsoft.Extensions.Logging;
using Sira.Backends;
using Sira.Gateway.Events;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Messaging;
using Sira.Kernel.Registry;

namespace Sira.Gateway.Hosting;

/// <summary>Tells bus and log what the breakers of models, providers and keys do.</summary>
internal sealed class BreakerEvents : IDisposable
{
    private readonly IServiceRegistry registry;
    private readonly IMessageBus bus;
    private readonly ILogger<BreakerEvents> logger;

    public BreakerEvents(IServiceRegistry registry, IMessageBus bus, ILogger<BreakerEvents> logger)
    {
        (this.registry, this.bus, this.logger) = (registry, bus, logger);
        registry.HealthChanged += OnChanged;
    }

    public void Dispose() => registry.HealthChanged -= OnChanged;

    private void OnChanged(object? sender, EndpointHealthChangedEventArgs change)
    {
        if (change.Service is ServiceNames.Models or ServiceNames.Providers or ServiceNames.Keys)
        {
            var state = change.Endpoint.Breaker.State;
            logger.BreakerChanged(change.Endpoint.Id, state);
            bus.Publish(new BreakerChanged(change.Endpoint.Id, state, change.Endpoint.Breaker.RemainingBreak));
        }
    }
}
