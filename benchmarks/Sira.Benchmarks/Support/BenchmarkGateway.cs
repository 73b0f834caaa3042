using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Sira.Backends;
using Sira.Gateway.Clients;
using Sira.Gateway.Strategies;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;

namespace Sira.Benchmarks.Support;

/// <summary>The gateway as an application has it, with the system's clock and randomness, over a leaf in memory.</summary>
internal sealed class BenchmarkGateway : IDisposable
{
    private readonly ServiceProvider services;

    private BenchmarkGateway(IChatClient leaf, int backends, Action<ISiraBuilder> configure)
    {
        var collection = new ServiceCollection();
        var built = Enumerable.Range(0, backends).Select(number => new BenchmarkBackend($"backend{number}", leaf)).ToArray();
        collection.AddSingleton<IBackendSource>(new Source(built));
        collection.AddSingleton(new SiraConfigurationSection(null));
        collection.AddSiraKernel();
        var builder = new Builder(collection);
        configure(builder);
        builder.AddGateway();
        services = collection.BuildServiceProvider();
    }

    public ISira Sira => services.GetRequiredService<ISira>();

    public IChatClient Chat => services.GetRequiredService<IChatClient>();

    /// <summary>The least: one route with one target.</summary>
    public static BenchmarkGateway OneTarget(IChatClient leaf) =>
        new(leaf, 1, static sira => sira.AddRoute("default", static route => route.To("backend0/model")));

    /// <summary>The most: four priced deployments ranked by cost and balanced, a fallback, a money and a token budget, the telemetry stage.</summary>
    public static BenchmarkGateway Loaded(IChatClient leaf) => new(leaf, 5, static sira => sira
        .UseTelemetry()
        .AddRoute("default", static route => route
            .To("backend0/model", "backend1/model", "backend2/model", "backend3/model")
            .FallBackTo("backend4/other")
            .Strategy(RoutingStrategies.LowestCost)
            .Budget(usd: 1_000_000)
            .Budget(tokens: 1_000_000_000_000_000)));

    /// <summary>A route with many balanced deployments, for the decision alone.</summary>
    public static BenchmarkGateway ManyTargets(int targets) => new(new LeafChatClient(LeafMode.Ready, new SameThreadGate(), 1), targets, sira => sira
        .AddRoute("default", route =>
        {
            for (var i = 0; i < targets; i++)
            {
                route.To($"backend{i}/model");
            }

            route.Strategy(RoutingStrategies.LowestCost).Budget(usd: 1_000_000);
        }));

    public void Dispose() => services.Dispose();

    private sealed class Builder(IServiceCollection services) : ISiraBuilder
    {
        public IServiceCollection Services => services;
    }

    private sealed class Source(BenchmarkBackend[] backends) : IBackendSource
    {
        public IReadOnlyList<IBackend> Load(ConfigurationErrors errors) => backends;

        public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
    }
}
