using System.Globalization;
using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;

namespace Sira.Simulation.Replay;

/// <summary>A policy's section with the world's backends laid over it: their addresses lead nowhere, their keys are no secrets.</summary>
internal static class ReplayConfiguration
{
    // Reserved by RFC 2606: nobody can ever answer there.
    private const string Nowhere = "https://simulated.invalid/v1";

    public static IConfigurationSection Create(IConfigurationSection? policy, SimulatedWorld world)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in policy?.AsEnumerable(makePathsRelative: true) ?? [])
        {
            settings[$"{SiraConfigurationSection.DefaultName}:{key}"] = value;
        }

        foreach (var (name, options) in world.Backends)
        {
            Add(settings, $"{SiraConfigurationSection.DefaultName}:Backends:{name}:", options);
        }

        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(SiraConfigurationSection.DefaultName);
    }

    private static void Add(Dictionary<string, string?> settings, string path, SimulatedBackendOptions options)
    {
        foreach (var key in settings.Keys.Where(key => key.StartsWith(path + "ApiKey", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            settings.Remove(key);
        }

        settings[path + "ApiKey"] = "simulated";
        settings[path + "Endpoint"] = Nowhere;
        if (options.Kind is { } kind)
        {
            settings[path + "Kind"] = kind;
        }

        foreach (var (index, (model, prices)) in options.Prices.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}Models:simulated-{index}:");
            settings[at + "Id"] = model;
            foreach (var (key, price) in ((string, decimal?)[])[("Input", prices.Input), ("Output", prices.Output), ("CachedInput", prices.CachedInput), ("CacheWrite", prices.CacheWrite), ("Reasoning", prices.Reasoning)])
            {
                if (price is { } dollars)
                {
                    settings[$"{at}Pricing:{key}"] = dollars.ToString(CultureInfo.InvariantCulture);
                }
            }
        }
    }
}
