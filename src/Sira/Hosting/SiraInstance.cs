using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Gateway.Clients;
using Sira.Gateway.Ledger;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;

namespace Sira.Hosting;

/// <summary>Sira without a container of your own: for scripts, tools and tests.</summary>
/// <example><code>await using var sira = SiraInstance.Create(s => s.AddOpenAI()); var answer = await sira.GetChatClient().GetResponseAsync("Hello");</code></example>
public sealed class SiraInstance : ISira, IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly ISira gateway;

    private SiraInstance(ServiceProvider services)
    {
        this.services = services;
        gateway = services.GetRequiredService<ISira>();
    }

    /// <inheritdoc />
    public IReadOnlyCollection<string> Routes => gateway.Routes;

    /// <inheritdoc />
    public IReadOnlyList<TargetStatus> Targets => gateway.Targets;

    /// <inheritdoc />
    public int InFlight => gateway.InFlight;

    /// <inheritdoc />
    public IUsageLedger Ledger => gateway.Ledger;

    /// <summary>Builds the gateway.</summary>
    /// <param name="configure">Describes backends, routes and stages.</param>
    /// <returns>The gateway; dispose it to close its connections.</returns>
    /// <exception cref="SiraConfigurationException">The configuration has mistakes; all of them are listed.</exception>
    public static SiraInstance Create(Action<ISiraBuilder>? configure = null)
    {
        var collection = new ServiceCollection();
        collection.AddSira(configure);
        var services = collection.BuildServiceProvider();
        try
        {
            return new SiraInstance(services);
        }
        catch
        {
            services.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public IChatClient GetChatClient(string? route = null) => gateway.GetChatClient(route);

    /// <inheritdoc />
    public IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string? route = null) => gateway.GetEmbeddingGenerator(route);

    /// <inheritdoc />
    public RouteDecision Explain(IEnumerable<ChatMessage> messages, ChatOptions? options = null, string? route = null) => gateway.Explain(messages, options, route);

    /// <inheritdoc />
    public Task DrainAsync(CancellationToken cancellationToken = default) => gateway.DrainAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => services.DisposeAsync();
}
