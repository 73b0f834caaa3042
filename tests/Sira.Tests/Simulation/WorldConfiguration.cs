using Microsoft.Extensions.Configuration;

namespace Sira.Tests.Simulation;

/// <summary>A configuration that is replaced as a whole, as a file is.</summary>
internal sealed class WorldConfiguration(WorldSettings settings) : ConfigurationProvider, IConfigurationSource
{
    public override void Load() => Data = new Dictionary<string, string?>(settings.Values, StringComparer.OrdinalIgnoreCase);

    public void Replace(WorldSettings next)
    {
        settings = next;
        Load();
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
