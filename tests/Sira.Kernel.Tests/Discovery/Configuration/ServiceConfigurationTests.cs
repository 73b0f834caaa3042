using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery;
using Sira.Kernel.Discovery.Configuration;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Health;
using Sira.Kernel.Health.Probing;
using Sira.Kernel.Registry;
using Sira.Kernel.Tests.Discovery.Sources;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Discovery.Configuration;

public sealed class ServiceConfigurationTests
{
    private readonly VirtualTimeProvider time = new();
    private readonly Dictionary<string, string?> settings = [];
    private IConfigurationRoot? configuration;
    private bool ill;

    [Fact]
    public async Task Start_ServiceInTheFile_IsInForce()
    {
        Set("Endpoints:a:Address", "https://10.0.0.7:8443");
        Set("Endpoints:a:Weight", "3");
        Set("Endpoints:a:Priority", "1");
        Set("Endpoints:a:Tags", "gpu, fast");
        Set("Endpoints:a:Metadata:version", "2");
        Set("Endpoints:a:Locality:Region", "eu");
        Set("Endpoints:a:Locality:Zone", "eu-1");
        Set("Endpoints:b", "");
        Set("Breaker:ConsecutiveFailures", "2");
        await using var provider = await StartAsync();

        var endpoints = provider.GetRequiredService<IServiceRegistry>().GetSnapshot("search").Endpoints;

        Assert.Equal(["a", "b"], endpoints.Select(endpoint => endpoint.Id));
        Assert.Equal((new Uri("https://10.0.0.7:8443"), 3d, 1, new Locality("eu", "eu-1")), (endpoints[0].Address, endpoints[0].Weight, endpoints[0].Priority, endpoints[0].Locality));
        Assert.Equal(["fast", "gpu"], endpoints[0].Tags.Order());
        Assert.Equal("2", endpoints[0].Metadata["version"]);
        Assert.All(endpoints, endpoint => Assert.Equal(2, endpoint.Breaker.Options.ConsecutiveFailures));
        Assert.True(provider.GetRequiredService<EndpointSelectors>().Get("search").TrySelect(out var call));
        Assert.Equal("b", call.Endpoint.Id);
    }

    [Fact]
    public async Task Start_MistakesEverywhere_AllAreNamed()
    {
        Set("Endpoints:a:Address", "nowhere");
        Set("Endpoints:a:Wieght", "3");
        Set("Endpoints:b:Address", "https://me:secret@host");
        Set("Endpoints:b:Locality:Zone", "z");
        Set("Sources", "lsit");
        Set("Balancer", "p3c");
        Set("HealthCheck:Probe", "htpp");
        Set("HealthCheck:Timeout", "1h");
        Set("DnsSrv:Scheme", "http");
        Set("Breaker:Jitter", "7");

        var error = await Assert.ThrowsAsync<SiraConfigurationException>(StartAsync);

        Assert.Equal(
            [
                "Sira:Services:search:Balancer",
                "Sira:Services:search:Breaker:Jitter",
                "Sira:Services:search:DnsSrv:Name",
                "Sira:Services:search:Endpoints:a:Address",
                "Sira:Services:search:Endpoints:a:Wieght",
                "Sira:Services:search:Endpoints:b:Address",
                "Sira:Services:search:Endpoints:b:Locality",
                "Sira:Services:search:HealthCheck:Probe",
                "Sira:Services:search:HealthCheck:Timeout",
                "Sira:Services:search:Sources",
            ],
            error.Errors.Select(mistake => mistake.Path).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'list'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'http'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_KeepsWhatStaysAndRefusesWhatIsWrong()
    {
        Set("Endpoints:a:Weight", "1");
        Set("Sources", "list");
        await using var provider = await StartAsync();
        var registry = provider.GetRequiredService<IServiceRegistry>();
        time.Advance(TimeSpan.FromSeconds(1));
        var (a, listed) = (registry.GetSnapshot("search").Endpoints[0], registry.GetSnapshot("search").Endpoints[1]);
        Assert.Equal("listed", listed.Id);

        Set("Endpoints:a:Weight", "5");
        Set("Endpoints:c:Weight", "1");
        Set("Breaker:ConsecutiveFailures", "9");
        configuration!.Reload();
        Assert.Equal(["a", "c", "listed"], registry.GetSnapshot("search").Endpoints.Select(endpoint => endpoint.Id));
        Assert.Equal((5, 9), (a.Weight, listed.Breaker.Options.ConsecutiveFailures));
        Assert.Same(a, registry.GetSnapshot("search").Endpoints[0]);
        Assert.Same(listed, registry.GetSnapshot("search").Endpoints[2]);

        Set("Endpoints:a:Weight", "many");
        Set("Sources", "");
        configuration!.Reload();
        Assert.Equal(5, a.Weight);
        Assert.Equal(3, registry.GetSnapshot("search").Endpoints.Length);

        Set("Endpoints:a:Weight", "2");
        configuration!.Reload();
        Assert.Equal(["a", "c"], registry.GetSnapshot("search").Endpoints.Select(endpoint => endpoint.Id));
        Assert.Empty(provider.GetRequiredService<EndpointDiscovery>().Statuses);
    }

    [Fact]
    public async Task Start_HealthCheck_TakesTheIllOut()
    {
        Set("Endpoints:a:Weight", "1");
        Set("HealthCheck:Probe", "scripted");
        Set("HealthCheck:Interval", "2s");
        Set("HealthCheck:Timeout", "1s");
        await using var provider = await StartAsync();
        var registry = provider.GetRequiredService<IServiceRegistry>();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, registry.GetHealth("search").Healthy);

        ill = true;
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, registry.GetHealth("search").Unhealthy);
        Set("HealthCheck:Probe", "");
        Set("HealthCheck:Interval", "");
        Set("HealthCheck:Timeout", "");
        configuration!.Reload();

        Assert.Equal(1, registry.GetHealth("search").Healthy);
    }

    [Fact]
    public async Task Reload_WatcherThrows_AllIsInForceAllTheSame()
    {
        Set("Endpoints:a:Weight", "1");
        await using var provider = await StartAsync();
        var registry = provider.GetRequiredService<IServiceRegistry>();
        registry.GetSnapshot("search").ChangeToken.RegisterChangeCallback(_ => throw new InvalidOperationException("broken watcher"), null);

        Set("Endpoints:a:Weight", "2");
        Set("Sources", "list");
        configuration!.Reload();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["a", "listed"], registry.GetSnapshot("search").Endpoints.Select(endpoint => endpoint.Id));
    }

    [Fact]
    public async Task AddService_InCode_IsUnderTheFile()
    {
        Set("Endpoints:a:Weight", "4");
        await using var provider = await StartAsync(builder => builder.AddService("search", options => options with { Endpoints = [new("a") { Tags = new HashSet<string> { "code" } }, new("b")] }));

        var endpoints = provider.GetRequiredService<IServiceRegistry>().GetSnapshot("SEARCH").Endpoints;

        Assert.Equal(["a", "b"], endpoints.Select(endpoint => endpoint.Id));
        Assert.Equal(4, endpoints[0].Weight);
        Assert.Contains("code", endpoints[0].Tags);
    }

    [Fact]
    public async Task Stop_EndsEverything()
    {
        Set("Sources", "list");
        Set("HealthCheck:Probe", "scripted");
        var provider = await StartAsync();
        time.Advance(TimeSpan.FromSeconds(5));

        foreach (var host in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await host.StoppingAsync(default);
            await host.StopAsync(default);
            await host.StoppedAsync(default);
        }

        await provider.DisposeAsync();

        Assert.Equal(0, time.ActiveTimers);
    }

    private void Set(string key, string? value) => settings[$"Sira:Services:search:{key}"] = value;

    private Task<ServiceProvider> StartAsync() => StartAsync(static _ => { });

    private async Task<ServiceProvider> StartAsync(Action<ISiraBuilder> configure)
    {
        configuration = new ConfigurationBuilder().Add(new LiveSource(settings)).Build();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton<IConfiguration>(configuration);
        var builder = new Builder(services);
        builder.AddEndpointSource(_ => new ScriptedSource("list", ScriptedSource.Gives(["listed"])));
        builder.AddHealthProbe(_ => HealthProbes.Create("scripted", (_, _) => new ValueTask<ProbeResult>(ill ? ProbeResult.Unhealthy("it is ill") : ProbeResult.Healthy)));
        configure(builder);
        var provider = services.AddSiraKernel().BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        foreach (var host in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await host.StartingAsync(default);
            await host.StartAsync(default);
            await host.StartedAsync(default);
        }

        return provider;
    }

    private sealed record Builder(IServiceCollection Services) : ISiraBuilder;

    private sealed class LiveSource(Dictionary<string, string?> settings) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(settings);

        private sealed class Provider(Dictionary<string, string?> settings) : ConfigurationProvider
        {
            public override void Load() => Data = settings.Where(setting => !string.IsNullOrEmpty(setting.Value) || setting.Key.EndsWith(":b", StringComparison.Ordinal)).ToDictionary(StringComparer.OrdinalIgnoreCase);
        }
    }
}
