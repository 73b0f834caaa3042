using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Configuration;

/// <summary>Reads the section <c>Sira:Plugins</c>.</summary>
internal static class PluginOptionsReader
{
    public static void Apply(ConfigurationReader reader, PluginOptions options)
    {
        options.StartTimeout = reader.TryDuration(nameof(options.StartTimeout), out var start) ? start : options.StartTimeout;
        options.StopTimeout = reader.TryDuration(nameof(options.StopTimeout), out var stop) ? stop : options.StopTimeout;
        options.DrainTimeout = reader.TryDuration(nameof(options.DrainTimeout), out var drain) ? drain : options.DrainTimeout;
        options.UnloadTimeout = reader.TryDuration(nameof(options.UnloadTimeout), out var unload) ? unload : options.UnloadTimeout;
        options.HealUnloads = reader.TryBoolean(nameof(options.HealUnloads), out var heal) ? heal : options.HealUnloads;
        options.MaxRestarts = reader.TryInt32(nameof(options.MaxRestarts), out var restarts) ? restarts : options.MaxRestarts;
        options.RestartDelay = reader.TryDuration(nameof(options.RestartDelay), out var delay) ? delay : options.RestartDelay;
        options.MaxRestartDelay = reader.TryDuration(nameof(options.MaxRestartDelay), out var longest) ? longest : options.MaxRestartDelay;
        options.StableAfter = reader.TryDuration(nameof(options.StableAfter), out var stable) ? stable : options.StableAfter;
        options.MaxFaultRatio = reader.TryDouble(nameof(options.MaxFaultRatio), out var ratio) ? ratio : options.MaxFaultRatio;
        options.FaultInterval = reader.TryDuration(nameof(options.FaultInterval), out var interval) ? interval : options.FaultInterval;
        options.MinimumCalls = reader.TryInt32(nameof(options.MinimumCalls), out var calls) ? calls : options.MinimumCalls;
        options.MinimumTrust = reader.TryEnum<PluginTrust>(nameof(options.MinimumTrust), out var trust) ? trust : options.MinimumTrust;
        options.IncludePrereleases = reader.TryBoolean(nameof(options.IncludePrereleases), out var prereleases) ? prereleases : options.IncludePrereleases;
        foreach (var (id, item) in reader.Children(nameof(options.Items)))
        {
            if (!options.Items.TryGetValue(id, out var itemOptions))
            {
                options.Items.Add(id, itemOptions = new PluginItemOptions());
            }

            ApplyItem(item, itemOptions);
        }
    }

    private static void ApplyItem(ConfigurationReader reader, PluginItemOptions options)
    {
        options.Enabled = reader.TryBoolean(nameof(options.Enabled), out var enabled) ? enabled : options.Enabled;
        options.Version = reader.TryString(nameof(options.Version), out var version) ? version : options.Version;
        if (reader.TryStrings(nameof(options.Permissions), out var permissions))
        {
            foreach (var text in permissions)
            {
                if (PluginPermission.TryParse(text, out var permission))
                {
                    options.Permissions.Add(permission);
                }
                else
                {
                    reader.Errors.Add(ConfigurationPath.Combine(reader.Section.Path, nameof(options.Permissions)), $"'{text}' is not a permission.", PluginPermission.Grammar);
                }
            }
        }

        // The plugin's own business, whatever stands there.
        reader.Allow(nameof(options.Settings));
        foreach (var (key, value) in reader.Section.GetSection(nameof(options.Settings)).AsEnumerable(makePathsRelative: true))
        {
            if (key.Length > 0)
            {
                options.Settings[key] = value;
            }
        }

        reader.ReportUnknownKeys();
    }
}
