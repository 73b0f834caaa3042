using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;

namespace Sira.Kernel.Tests.Configuration.Versions;

/// <summary>Builds nothing but a copy of the settings it was shown, and turns down those with a key <c>Wrong</c>.</summary>
internal sealed class FakeConsumer(SiraConfigurationSection section) : IConfigurationConsumer
{
    public Dictionary<string, string?> InForce { get; private set; } = [];

    public long Version { get; private set; }

    public Dictionary<string, string?>? Trial { get; private set; }

    public RolloutTraffic? Traffic { get; private set; }

    public int Validations { get; private set; }

    public int Discards { get; private set; }

    public Action? DuringBuild { get; set; }

    public IReadOnlyList<string> StickyKeys => ["Tenant", "User"];

    public void Validate()
    {
        Validations++;
        Build();
    }

    public void Apply(long version)
    {
        InForce = Build();
        Version = version;
        (Trial, Traffic) = (null, null);
    }

    public void BeginTrial(RolloutTraffic traffic) => (Trial, Traffic) = (Build(), traffic);

    public void EndTrial() => (Trial, Traffic) = (null, null);

    public void Discard() => Discards++;

    private Dictionary<string, string?> Build()
    {
        var errors = new ConfigurationErrors();
        var settings = Read();
        DuringBuild?.Invoke();
        Assert.Equal(settings, Read());
        foreach (var wrong in settings.Keys.Where(key => key.EndsWith("Wrong", StringComparison.Ordinal)).Order())
        {
            errors.Add(section.PathOf(wrong), "is wrong.", "Take it out.");
        }

        errors.ThrowIfAny();
        return settings;
    }

    private Dictionary<string, string?> Read() =>
        section.Section?.AsEnumerable(makePathsRelative: true).Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value) ?? [];
}
