using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Simulation.Time;

namespace Sira.Backends.Tests.Support;

/// <summary>A container with backends, a scripted network, an environment of its own and a virtual clock.</summary>
internal sealed class BackendHarness : ISiraBuilder, IDisposable
{
    private ServiceProvider? provider;

    public BackendHarness(Action<ISiraBuilder>? configure = null, FakeEnvironment? environment = null, IConfiguration? file = null, string section = SiraConfigurationSection.DefaultName)
    {
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<IEnvironment>(environment ?? new FakeEnvironment());
        if (file is not null)
        {
            Services.AddSingleton(new SiraConfigurationSection(file.GetSection(section)));
        }

        configure?.Invoke(this);
        this.AddBackends();
        Services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => Network));
    }

    public IServiceCollection Services { get; } = new ServiceCollection();

    public VirtualTimeProvider Time { get; } = new();

    public FakeHttpHandler Network { get; } = new();

    public ConfigurationErrors Errors { get; private set; } = new();

    public IBackendSource Source => (provider ??= Services.BuildServiceProvider()).GetRequiredService<IBackendSource>();

    public IReadOnlyList<IBackend> Load()
    {
        Errors = new ConfigurationErrors();
        return Source.Load(provider!.GetRequiredService<ContributionCatalogue>().Current, Errors);
    }

    public IBackend LoadOne()
    {
        var backend = Assert.Single(Load());
        Assert.Empty(Errors.Items);
        return backend;
    }

    public ConfigurationError LoadError()
    {
        Load();
        return Assert.Single(Errors.Items);
    }

    public static BackendHarness OpenAI(params string[] keys) => new(sira => sira.AddOpenAI(options =>
    {
        foreach (var key in keys.DefaultIfEmpty("sk-test-0123456789abcdef"))
        {
            options.ApiKeys.Add(key);
        }
    }));

    public void Dispose() => provider?.Dispose();
}
