using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Sira.Backends;
using Sira.Gateway.Budgets;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Ledger;
using Sira.Gateway.Strategies;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Requests;

namespace Sira.Benchmarks.Support;

/// <summary>The gateway as an application has it, with the system's clock and randomness, over a leaf in memory.</summary>
internal sealed class BenchmarkGateway : IDisposable
{
    private readonly ServiceProvider services;

    private BenchmarkGateway(IChatClient leaf, int backends, Action<ISiraBuilder> configure, TimeProvider? time = null)
    {
        var collection = new ServiceCollection();
        if (time is not null)
        {
            collection.AddSingleton(time);
        }

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

    /// <summary>How many rows the ledger has when nothing is summed up.</summary>
    public int LedgerRows => Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.All }).Count;

    public IChatClient Chat => services.GetRequiredService<IChatClient>();

    /// <summary>The least: one route with one target.</summary>
    public static BenchmarkGateway OneTarget(IChatClient leaf, TimeProvider? time = null) =>
        new(leaf, 1, static sira => sira.AddRoute("default", static route => route.To("backend0/model")), time);

    /// <summary>One target whose streams are gone on with when they break.</summary>
    public static BenchmarkGateway Recovering(IChatClient leaf) =>
        new(leaf, 1, static sira => sira.AddRoute("default", static route => route.To("backend0/model").Configure(static options => options.StreamRecovery = [StreamRecovery.ResumeVerified, StreamRecovery.Continue])));

    /// <summary>Much: four priced deployments ranked by cost and balanced, a fallback, a money and a token budget, the telemetry stage.</summary>
    public static BenchmarkGateway Loaded(IChatClient leaf, TimeProvider? time = null) => new(leaf, 5, static sira => sira
        .UseTelemetry()
        .AddRoute("default", static route => route
            .To("backend0/model", "backend1/model", "backend2/model", "backend3/model")
            .FallBackTo("backend4/other")
            .Strategy(RoutingStrategies.LowestCost)
            .Budget(usd: 1_000_000)
            .Budget(tokens: 1_000_000_000_000_000)), time);

    /// <summary>All that a call can meet without failing: four priced deployments ranked by cost and balanced, a money and a token budget of the route and a money budget of each tenant, the telemetry stage.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="caches">Whether answers are cached.</param>
    /// <param name="limits">Whether each target has limits of requests, tokens and concurrency, adaptive and throttled, and slow calls are hedged.</param>
    /// <param name="time">The clock; the system's if unset.</param>
    public static BenchmarkGateway Everything(IChatClient leaf, bool caches, bool limits, TimeProvider? time = null) => new(
        leaf,
        4,
        sira =>
        {
            sira.UseTelemetry().AddRoute("default", route => route
                .To("backend0/model", "backend1/model", "backend2/model", "backend3/model")
                .Strategy(RoutingStrategies.LowestCost)
                .Budget(usd: 1_000_000)
                .Budget(tokens: 1_000_000_000_000_000)
                .Budget(new BudgetOptions { Usd = 100_000, For = BudgetScope.Tenant })
                .Configure(options => options.Hedging.Enabled = limits));
            if (caches)
            {
                sira.UseCache();
            }

            if (limits)
            {
                sira.ConfigureGateway(static options =>
                {
                    for (var i = 0; i < 4; i++)
                    {
                        options.Limits.Add(new TargetLimitOptions { Target = $"backend{i}/model", RequestsPerMinute = 1_000_000_000, TokensPerMinute = 1_000_000_000_000, Concurrency = 1000, Adaptive = true, Throttle = true });
                    }
                });
            }
        },
        time);

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
        public IReadOnlyList<IBackend> Load(ContributionSnapshot contributions, ConfigurationErrors errors) => backends;

        public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
    }
}
