using Microsoft.Extensions.Configuration;
using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Configuration;

/// <summary>Checks the options of the plugin host.</summary>
internal static class PluginOptionsValidator
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static void Validate(PluginOptions options, string path, ConfigurationErrors errors)
    {
        CheckDuration(options.StartTimeout, nameof(options.StartTimeout));
        CheckDuration(options.StopTimeout, nameof(options.StopTimeout));
        CheckDuration(options.DrainTimeout, nameof(options.DrainTimeout));
        CheckDuration(options.UnloadTimeout, nameof(options.UnloadTimeout));
        CheckDuration(options.RestartDelay, nameof(options.RestartDelay));
        CheckDuration(options.MaxRestartDelay, nameof(options.MaxRestartDelay));
        CheckDuration(options.StableAfter, nameof(options.StableAfter));
        CheckDuration(options.FaultInterval, nameof(options.FaultInterval));
        if (options.MaxRestarts is < 0 or > 1000)
        {
            Add(nameof(options.MaxRestarts), $"{options.MaxRestarts} is no number of restarts.", "Use 0 to 1000.");
        }

        if (options.MaxFaultRatio is not (> 0 and <= 1))
        {
            Add(nameof(options.MaxFaultRatio), $"{options.MaxFaultRatio} is no share above zero.", "Use more than 0 and at most 1, such as 0.5.");
        }

        if (options.MinimumCalls < 1)
        {
            Add(nameof(options.MinimumCalls), $"{options.MinimumCalls} is no number of calls.", "Use 1 or more.");
        }

        if (options.MinimumTrust is not (PluginTrust.Unsigned or PluginTrust.Signed or PluginTrust.Trusted))
        {
            Add(nameof(options.MinimumTrust), $"'{options.MinimumTrust}' is no trust that can be asked for; what is modified is never loaded.", $"Use {PluginTrust.Trusted}, {PluginTrust.Signed} or {PluginTrust.Unsigned}.");
        }

        foreach (var (id, item) in options.Items)
        {
            if (item.Version is { } version && !PluginRange.TryParse(version, out _))
            {
                Add(ConfigurationPath.Combine(nameof(options.Items), id, nameof(item.Version)), $"'{version}' is not a range of versions.", "Write an interval, such as [1.0,2.0), or 1.2.* for the newest patch.");
            }
        }

        void CheckDuration(TimeSpan value, string key)
        {
            if (value <= TimeSpan.Zero || value > Longest)
            {
                Add(key, $"{value:c} is not a time to wait.", "Use more than zero and at most 1 day.");
            }
        }

        void Add(string key, string problem, string fix) => errors.Add(ConfigurationPath.Combine(path, key), problem, fix);
    }
}
