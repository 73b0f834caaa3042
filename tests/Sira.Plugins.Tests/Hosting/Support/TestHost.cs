using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Balancing;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Status;
using Sira.Kernel.Messaging;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Plugins.Configuration;
using Sira.Plugins.Hosting;
using Sira.Plugins.Sources;
using Sira.Simulation.Time;

namespace Sira.Plugins.Tests.Hosting.Support;

/// <summary>The kernel and the plugin host over scripted plugins, in virtual time; plugins are called on real threads.</summary>
internal sealed class TestHost : IAsyncDisposable, IContributionConsumer
{
    private readonly ServiceProvider services;
    private readonly SourceOfTest source = new();

    public TestHost(Action<PluginOptions>? configure = null, Dictionary<string, string?>? settings = null, params AvailablePlugin[] present)
    {
        source.Plugins.AddRange(present);
        Configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton(new SiraConfigurationSection(Configuration.GetSection("Sira")));
        collection.AddSingleton<IPluginSource>(source);
        collection.AddSiraKernel();
        new Builder(collection).ConfigurePlugins(configure ?? (static _ => { }));
        services = collection.BuildServiceProvider();
        Catalogue.Join(this);
        services.GetRequiredService<IMessageBus>().Subscribe<PluginStateChanged>(change =>
        {
            lock (States)
            {
                States.Add($"{change.PluginId} {change.Version}: {change.State}");
            }
        });
    }

    public VirtualTimeProvider Clock { get; } = new();

    public IConfigurationRoot Configuration { get; }

    public List<AvailablePlugin> Available => source.Plugins;

    public List<string> States { get; } = [];

    public IServiceProvider Services => services;

    public IPluginHost Plugins => services.GetRequiredService<IPluginHost>();

    public ContributionCatalogue Catalogue => services.GetRequiredService<ContributionCatalogue>();

    public IEnumerable<string> Balancers => services.GetRequiredService<LoadBalancerRegistry>().Names.Except(LoadBalancers.CreateDefaults().Select(static balancer => balancer.Name)).Order();

    /// <summary>Gets or sets what the other parts of the host say against contributions.</summary>
    public Action<ContributionSnapshot, ConfigurationErrors>? Objection { get; set; }

    /// <summary>Gets or sets what stands for requests that began before a change.</summary>
    public Task Requests { get; set; } = Task.CompletedTask;

    /// <summary>Gets the health of the plugins among that of all components.</summary>
    public ComponentHealth Health => services.GetRequiredService<ISiraHealth>().Check().Components.Single(static component => component.Name == "plugins");

    public PluginStatus Status(string id) => Plugins.Plugins.Single(status => status.Id == id);

    /// <summary>Picks among two endpoints by a balancer.</summary>
    public void Pick(string balancer, int times)
    {
        var registry = services.GetRequiredService<IServiceRegistry>();
        var endpoints = registry.Update("test", [new EndpointDefinition("a"), new EndpointDefinition("b")], CircuitBreakerOptions.Default).Endpoints;
        var chosen = services.GetRequiredService<LoadBalancerRegistry>().Get(balancer);
        for (var i = 0; i < times; i++)
        {
            chosen.Pick(endpoints.AsSpan(), [0, 1], new BalancingContext(new SeededRandomSource(i)));
        }
    }

    public async Task StartAsync()
    {
        foreach (var service in services.GetServices<IHostedService>())
        {
            await PassAsync(service.StartAsync(CancellationToken.None));
        }

        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await PassAsync(service.StartedAsync(CancellationToken.None));
        }
    }

    /// <summary>Lets time pass until a task has ended.</summary>
    public async Task<T> PassAsync<T>(Task<T> task)
    {
        await PassAsync((Task)task);
        return await task;
    }

    public async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            // What plugins do, they do on other threads in real time.
            await Task.WhenAny(task, Task.Delay(5, TestContext.Current.CancellationToken));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await task;
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    void IContributionConsumer.Prepare(ContributionSnapshot next, ConfigurationErrors errors)
    {
        // As the gateway does, which finds every name when it builds its snapshot.
        _ = LoadBalancerRegistry.Of(next);
        Objection?.Invoke(next, errors);
    }

    Task IContributionConsumer.CommitAsync(ContributionSnapshot current) => Task.CompletedTask;

    void IContributionConsumer.Abort()
    {
    }

    Task IContributionConsumer.QuiesceAsync(CancellationToken cancellationToken) => Requests.WaitAsync(cancellationToken);

    /// <summary>Contributes a balancer of a name.</summary>
    public static Action<ISiraBuilder, Sira.Kernel.Plugins.PluginContext> Balancer(string name, Func<int>? pick = null) => (sira, _) => sira.AddBalancer(new NamedBalancer(name, pick));

    private sealed class NamedBalancer(string name, Func<int>? pick) : ILoadBalancer
    {
        public string Name => name;

        public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context) => pick?.Invoke() ?? 0;
    }

    private sealed class Builder(IServiceCollection services) : ISiraBuilder
    {
        public IServiceCollection Services => services;
    }

    private sealed class SourceOfTest : IPluginSource
    {
        public List<AvailablePlugin> Plugins { get; } = [];

        public IReadOnlyList<AvailablePlugin> Discover(ConfigurationErrors errors) => [.. Plugins];

        public IChangeToken? GetChangeToken() => null;
    }
}
