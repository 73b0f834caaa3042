using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Ledger;
using Sira.Gateway.Routing;
using Sira.Gateway.Shadow;
using Sira.Kernel.Contributions;
using Sira.Pipeline;

namespace Sira.Gateway.Clients;

/// <summary>Hands out clients, one per route, each the gateway inside the stages that were used.</summary>
internal sealed class SiraGateway(CallFactory calls, ShadowTraffic shadows, IEnumerable<ChatStage> stages, ContributionCatalogue contributions, IServiceProvider services) : ISira, IDisposable
{
    // Lazily, so that two threads that ask for one route at first do not make its stages twice.
    private readonly ConcurrentDictionary<string, Lazy<SharedChatClient>> clients = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, GatewayEmbeddingGenerator> generators = new(StringComparer.OrdinalIgnoreCase);
    private readonly ChatStage[] stages = [.. stages];
    private readonly Lazy<SharedChatClient> defaultClient = new(() => Build(calls, [.. stages], contributions, services, null));
    private readonly GatewayEmbeddingGenerator defaultGenerator = new(calls, null);

    public IReadOnlyCollection<string> Routes => calls.Snapshots.Current.Routes.Keys;

    public IReadOnlyList<TargetStatus> Targets => [.. calls.Snapshots.Current.Routes.Values.Concat(calls.Snapshots.Current.EmbeddingRoutes.Values)
        .SelectMany(static route => route.Targets)
        .DistinctBy(static target => target.Name)
        .Select(static target => new TargetStatus(target.Name, target.Endpoint.Breaker.State, target.RemainingBreak, target.Statistics.InFlight, target.Statistics.FirstToken ?? target.Statistics.Total)
        {
            ProviderCircuit = target.Provider.Breaker.State,
            Keys = target.Backend.Keys,
            Headroom = target.Headroom,
        })];

    public IUsageLedger Ledger => calls.Services.Ledger;

    public int InFlight => calls.Services.InFlight.Count;

    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        await calls.Services.InFlight.DrainAsync(cancellationToken).ConfigureAwait(false);
        await shadows.DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    public IChatClient GetChatClient(string? route = null)
    {
        if (route is null)
        {
            return defaultClient.Value;
        }

        // The route must exist now; that it may go with a later reload is told when it is called.
        var found = RouteResolver.FindRoute(calls.Snapshots.Current, route);
        return clients.GetOrAdd(found.Name, static (name, self) => new Lazy<SharedChatClient>(() => Build(self.Calls, self.stages, self.Contributions, self.Services, name)), this).Value;
    }

    public IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string? route = null)
    {
        if (route is null)
        {
            return defaultGenerator;
        }

        var found = EmbeddingRouteResolver.Resolve(calls.Snapshots.Current, route, modelId: null);
        return generators.GetOrAdd(found.Name, static (name, calls) => new GatewayEmbeddingGenerator(calls, name), calls);
    }

    public RouteDecision Explain(IEnumerable<ChatMessage> messages, ChatOptions? options = null, string? route = null)
    {
        var call = calls.Create(CallFactory.Materialise(messages), options, route, streaming: false);
        try
        {
            call.Choose();
            return call.Decision;
        }
        finally
        {
            calls.Services.InFlight.Exit(call.Lane);
        }
    }

    public void Dispose()
    {
        foreach (var client in clients.Values.Append(defaultClient))
        {
            if (client.IsValueCreated)
            {
                client.Value.End();
            }
        }

        defaultGenerator.Dispose();
        foreach (var generator in generators.Values)
        {
            generator.Dispose();
        }
    }

    private CallFactory Calls => calls;

    private ContributionCatalogue Contributions => contributions;

    private IServiceProvider Services => services;

    private static SharedChatClient Build(CallFactory calls, IEnumerable<ChatStage> stages, ContributionCatalogue contributions, IServiceProvider services, string? route)
    {
        var builder = new SiraPipelineBuilder(new ContributedStages(new GatewayChatClient(calls, route), contributions));
        foreach (var stage in stages)
        {
            builder.Use(stage);
        }

        return new SharedChatClient(builder.Build(services));
    }
}
