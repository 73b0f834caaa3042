using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;

namespace Sira.Plugins.Configuration;

/// <summary>The plugin host's options: what code has set, and the section <c>Sira:Plugins</c> over it.</summary>
internal sealed class PluginConfiguration(IOptionsFactory<PluginOptions> factory, SiraConfigurationSection configuration, ISiraConfiguration versions) : IConfigurationPart
{
    public string Key => "Plugins";

    public string Path => configuration.PathOf(Key);

    /// <summary>Reads the options.</summary>
    public PluginOptions Load(ConfigurationErrors errors)
    {
        var reader = configuration.Section is { } section && new ConfigurationReader(section, errors).TrySection(Key, out var own) ? own : null;
        return Read(reader, errors);
    }

    void IConfigurationPart.Load(ConfigurationReader? reader, ConfigurationErrors errors) => Read(reader, errors);

    /// <summary>Returns a token that fires when other options may be in force: with the next version of the configuration, where there are versions.</summary>
    public IChangeToken? GetChangeToken() => versions.Current is null ? configuration.Section?.GetSection(Key).GetReloadToken() : versions.GetChangeToken();

    private PluginOptions Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = factory.Create(Options.DefaultName);
        if (reader is not null)
        {
            PluginOptionsReader.Apply(reader, options);

            // Read by whoever finds plugins in folders.
            reader.Allow("Folders", "Publishers", "SharedAssemblies");
            reader.ReportUnknownKeys();
        }

        PluginOptionsValidator.Validate(options, Path, errors);
        return options;
    }
}
