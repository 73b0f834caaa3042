using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Sira.Backends;
using Sira.Gateway.Clients;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Support;

/// <summary>The gateway over scripted backends, in virtual time and from a seed.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public TestGateway(Action<ISiraBuilder>? configure, params TestBackend[] backends)
        : this(configure, null, backends)
    {
    }

    public TestGateway(Action<ISiraBuilder>? configure, IConfigurationRoot? configuration, params TestBackend[] backends)
    {
        Configuration = configuration;
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<IRandomSource>(new SeededRandomSource(17));
        collection.AddSingleton<IBackendSource>(new Source(backends));
        collection.AddSingleton(new SiraConfigurationSection(configuration?.GetSection("Sira")));
        collection.AddSiraKernel();
        var builder = new Builder(collection);
        configure?.Invoke(builder);
        builder.AddGateway();
        services = collection.BuildServiceProvider();
    }

    public VirtualTimeProvider Clock { get; } = new();

    public IConfigurationRoot? Configuration { get; }

    public ISira Sira => services.GetRequiredService<ISira>();

    public IChatClient Chat => services.GetRequiredService<IChatClient>();

    public IMessageBus Bus => services.GetRequiredService<IMessageBus>();

    public IServiceProvider Services => services;

    public IChatClient Keyed(string route) => services.GetRequiredKeyedService<IChatClient>(route);

    /// <summary>Asks unary or streaming, moving the clock whenever everything waits.</summary>
    public Task<ChatResponse> AskAsync(bool streaming, ChatOptions? options = null, string text = "Hello", CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => streaming
            ? Chat.GetStreamingResponseAsync(text, options, cancellationToken).ToChatResponseAsync(cancellationToken)
            : Chat.GetResponseAsync(text, options, cancellationToken));

    /// <summary>Asserts that nothing is left behind: no call in flight, no timer, no money reserved beyond what is billed.</summary>
    public void AssertIdle()
    {
        Assert.All(services.GetRequiredService<IServiceRegistry>().GetSnapshot("models").Endpoints, endpoint => Assert.Equal((endpoint.Id, 0), (endpoint.Id, endpoint.Load.InFlight)));
        Assert.Equal(0, Clock.ActiveTimers);
    }

    public ResourcePool Pool(string kind) => services.GetRequiredService<ResourcePoolRegistry>().Pools.Single(pool => pool.Name.StartsWith(kind, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private sealed class Builder(IServiceCollection services) : ISiraBuilder
    {
        public IServiceCollection Services => services;
    }

    private sealed class Source(TestBackend[] backends) : IBackendSource
    {
        public IReadOnlyList<IBackend> Load(ContributionSnapshot contributions, ConfigurationErrors errors) => backends;

        public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
    }
}
