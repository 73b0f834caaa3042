using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;

namespace Sira.Plugins.Configuration;

/// <summary>The plugin host's options: what code has set, and the section <c>Sira:Plugins</c> over it.</summary>
internal sealed class PluginConfiguration(IOptionsFactory<PluginOptions> factory, SiraConfigurationSection configuration) : IConfigurationPart
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

    public IChangeToken? GetChangeToken() => configuration.Section?.GetSection(Key).GetReloadToken();

    private PluginOptions Read(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = factory.Create(Options.DefaultName);
        if (reader is not null)
        {
            PluginOptionsReader.Apply(reader, options);

            // Read by whoever finds plugins in folders.
            reader.Allow("Folders", "Publishers");
            reader.ReportUnknownKeys();
        }

        PluginOptionsValidator.Validate(options, Path, errors);
        return options;
    }
}
