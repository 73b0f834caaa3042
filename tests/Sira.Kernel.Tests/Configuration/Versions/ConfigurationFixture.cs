using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Configuration.Versions;

/// <summary>A configuration over a host's in memory, in virtual time.</summary>
internal sealed class ConfigurationFixture : IDisposable
{
    public ConfigurationFixture(IEnumerable<IConfigurationValidator>? validators = null, ConfigurationHistoryOptions? options = null, params (string Key, string Value)[] settings)
    {
        Host = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>("Sira:" + setting.Key, setting.Value))).Build();
        Section = new SiraConfigurationSection(Host.GetSection("Sira"));
        Configuration = new SiraConfiguration(Section, Clock, validators, options);
        Consumer = new FakeConsumer(Section);
        Configuration.Start(Consumer);
        Rollouts = new ConfigurationRollouts(Configuration, Clock, Random);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public SeededRandomSource Random { get; } = new(11);

    public IConfigurationRoot Host { get; }

    public SiraConfigurationSection Section { get; }

    public SiraConfiguration Configuration { get; }

    public ConfigurationRollouts Rollouts { get; }

    public FakeConsumer Consumer { get; }

    public static Dictionary<string, string?> Changes(params (string Key, string? Value)[] changes) => changes.ToDictionary(change => change.Key, change => change.Value);

    public void Edit(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            Host["Sira:" + key] = value;
        }

        Host.Reload();
    }

    public Task<ConfigurationVersion> ApplyAsync(params (string Key, string? Value)[] changes) => Configuration.ApplyAsync(Changes(changes), "ann", "a test");

    public void Dispose()
    {
        Rollouts.Dispose();
        Configuration.Dispose();
    }
}
