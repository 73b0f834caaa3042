using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Balancing;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Builder;

public class KernelServiceCollectionExtensionsTests
{
    [Fact]
    public void AddSiraKernel_Alone_ProvidesEverything()
    {
        using var provider = new ServiceCollection().AddSiraKernel().BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.Same(TimeProvider.System, provider.GetRequiredService<TimeProvider>());
        Assert.Same(SystemRandomSource.Instance, provider.GetRequiredService<IRandomSource>());
        Assert.Same(ProcessEnvironment.Instance, provider.GetRequiredService<IEnvironment>());
        Assert.Same(provider.GetRequiredService<IServiceRegistry>(), provider.GetRequiredService<IServiceRegistry>());
        Assert.Equal(7, provider.GetRequiredService<LoadBalancerRegistry>().Names.Count);
    }

    [Fact]
    public void AddSiraKernel_Twice_ChangesNothing()
    {
        var services = new ServiceCollection().AddSiraKernel();
        var count = services.Count;

        services.AddSiraKernel();

        Assert.Equal(count, services.Count);
    }

    [Fact]
    public void AddSiraKernel_ClockRegisteredFirst_IsTheRegistrysClock()
    {
        var time = new VirtualTimeProvider();
        using var provider = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSiraKernel().BuildServiceProvider();
        var breaker = provider.GetRequiredService<IServiceRegistry>()
            .GetOrAdd("models", new EndpointDefinition("a"), CircuitBreakerOptions.Default with { ConsecutiveFailures = 1 }).Breaker;
        breaker.TryEnter(out var permit);
        breaker.Record(permit, CircuitOutcome.Failure);
        Assert.Equal(CircuitState.Open, breaker.State);

        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(CircuitState.HalfOpen, breaker.State);
    }
}
