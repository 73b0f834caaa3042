using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Decisions;
using Sira.Gateway.Clients;
using Sira.Gateway.Ledger;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Errors;

namespace Sira.Hosting;

/// <summary>Sira without a container of your own: for scripts, tools and tests.</summary>
/// <example><code>await using var sira = SiraInstance.Create(s => s.AddOpenAI()); var answer = await sira.GetChatClient().GetResponseAsync("Hello");</code></example>
public sealed class SiraInstance : ISira, IAsyncDisposable
{
    // The default of hosts.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider services;
    private readonly ISira gateway;

    private HostedServices? running;

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

    /// <summary>Builds the gateway. Plugins contribute, but do not run in the background; to start them, use <see cref="CreateAsync"/>.</summary>
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

    /// <summary>Builds the gateway and starts what a host would start, plugins among them. Disposing stops it again.</summary>
    /// <param name="configure">Describes backends, routes, stages and plugins.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The gateway; dispose it to stop it and to close its connections.</returns>
    /// <exception cref="SiraConfigurationException">The configuration has mistakes; all of them are listed.</exception>
    /// <exception cref="SiraException">A plugin that was added in code does not start.</exception>
    public static async Task<SiraInstance> CreateAsync(Action<ISiraBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var instance = Create(configure);
        try
        {
            instance.running = new HostedServices(instance.services.GetServices<IHostedService>());
            await instance.running.StartAsync(cancellationToken).ConfigureAwait(false);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Gets a service of the gateway's container, such as the plugin host or the message bus.</summary>
    /// <typeparam name="T">The service.</typeparam>
    /// <returns>The service; <see langword="null"/> if there is none.</returns>
    public T? GetService<T>() => services.GetService<T>();

    /// <inheritdoc />
    public IChatClient GetChatClient(string? route = null) => gateway.GetChatClient(route);

    /// <inheritdoc />
    public IEmbeddingGenerator<string, Embedding<float>> GetEmbeddingGenerator(string? route = null) => gateway.GetEmbeddingGenerator(route);

    /// <inheritdoc />
    public RouteDecision Explain(IEnumerable<ChatMessage> messages, ChatOptions? options = null, string? route = null) => gateway.Explain(messages, options, route);

    /// <inheritdoc />
    public Task DrainAsync(CancellationToken cancellationToken = default) => gateway.DrainAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref running, null) is { } stopping)
        {
            using var patience = new CancellationTokenSource(ShutdownTimeout, services.GetRequiredService<TimeProvider>());
            await stopping.StopAsync(patience.Token).ConfigureAwait(false);
        }

        await services.DisposeAsync().ConfigureAwait(false);
    }
}
