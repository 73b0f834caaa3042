using Microsoft.Extensions.Options;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Caching;

/// <summary>The cache's options: what code has set, and the section <c>Sira:Cache</c> over it.</summary>
internal sealed class CacheConfiguration(IOptionsFactory<CacheOptions> factory) : IConfigurationPart
{
    private volatile CacheOptions? current;

    public string Key => "Cache";

    /// <summary>The options in force; those of the code where nothing has loaded the configuration.</summary>
    public CacheOptions Current => current ?? factory.Create(Options.DefaultName);

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = factory.Create(Options.DefaultName);
        var before = errors.Items.Count;
        if (reader is not null)
        {
            CacheOptionsReader.Apply(reader, options);
            reader.ReportUnknownKeys();
        }

        CacheOptionsValidator.Check(options, errors);
        current = errors.Items.Count == before ? options : current;
    }
}
