using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sira.Gateway.Attempts;
using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Gateway.Diagnostics;
using Sira.Gateway.Hedging;
using Sira.Gateway.Hosting;
using Sira.Gateway.Ledger;
using Sira.Gateway.Ledger.State;
using Sira.Gateway.Plugins;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Shadow;
using Sira.Gateway.Strategies;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Backup;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Kernel.Health.Status;
using Sira.Kernel.Plugins;
using Sira.Pipeline;
using Sira.Tokens;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the gateway.</summary>
public static class GatewayServiceCollectionExtensions
{
    /// <summary>Registers the gateway with its routes, clients and keyed clients. <c>AddSira</c> calls it.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddGateway(this ISiraBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddParts(builder.Services);
        AddClients(builder.Services);
        return builder;
    }

    private static void AddParts(IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        foreach (var strategy in RoutingStrategyRegistry.BuiltIn)
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton(strategy));
        }

        services.AddContract<IRoutingStrategy>().AddContract<RouteRegistration>().AddContract<IConfigureOptions<RouteOptions>>().AddContract<ChatStage>();
        services.TryAddSingleton<ITokenEstimator, TokenEstimator>();
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton<CallsInFlight>();
        services.TryAddSingleton<ShadowTraffic>();
        services.TryAddSingleton<HedgeBudget>();
        services.TryAddSingleton<TargetCapacities>();
        services.TryAddSingleton<UsageLedger>();
        services.TryAddSingleton<IUsageLedger>(static provider => provider.GetRequiredService<UsageLedger>());
        services.TryAddSingleton<DecisionLog>();
        services.TryAddSingleton<GatewayServices>();
        services.TryAddSingleton<BudgetPools>();
        services.TryAddSingleton<TargetFactory>();
        services.TryAddSingleton<RoutingPlanner>();
        services.TryAddSingleton<RouteFactory>();
        services.TryAddSingleton<GatewayDefinitionSource>();
        services.TryAddSingleton<GatewaySnapshotBuilder>();
        services.TryAddSingleton<SnapshotRehearsal>();
        services.TryAddSingleton<GatewaySnapshots>();
        services.TryAddSingleton<CallFactory>();
        services.TryAddSingleton<BreakerEvents>();
        services.TryAddSingleton<ISira>(static provider =>
        {
            provider.GetRequiredService<BreakerEvents>();
            return ActivatorUtilities.CreateInstance<SiraGateway>(provider);
        });
        services.AddOptions<DiagnosticsOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, DiagnosticsConfiguration>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDiagnosticsSource, GatewayDiagnostics>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStateParticipant, LedgerParticipant>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthContributor, RouteHealth>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthContributor, QueueHealth>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPluginServiceBroker, ModelsBroker>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConfigurationCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, GracefulShutdown>());

        // After the configuration, which is among what is taken over.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StateLifetime>());
    }

    // Routes may appear by reload, so any key is answered; one that names no route fails when asked, listing those that exist.
    private static void AddClients(IServiceCollection services)
    {
        services.TryAddSingleton<IChatClient>(static provider => provider.GetRequiredService<ISira>().GetChatClient());
        services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(static provider => provider.GetRequiredService<ISira>().GetEmbeddingGenerator());
        services.TryAddKeyedSingleton<IChatClient>(KeyedService.AnyKey, static (provider, key) => provider.GetRequiredService<ISira>().GetChatClient(KeyToRoute(key)));
        services.TryAddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>(KeyedService.AnyKey, static (provider, key) => provider.GetRequiredService<ISira>().GetEmbeddingGenerator(KeyToRoute(key)));
    }

    private static string KeyToRoute(object? key) => key as string
        ?? throw new InvalidOperationException($"Sira's keyed chat clients have route names as keys, not {key?.GetType().ToString() ?? "null"}.");
}
