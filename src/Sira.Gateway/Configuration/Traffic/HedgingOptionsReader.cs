using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Reads and checks <c>Hedging</c> of a route.</summary>
internal static class HedgingOptionsReader
{
    public static void Apply(ConfigurationReader parent, HedgingOptions options)
    {
        if (!parent.TrySection("Hedging", out var reader))
        {
            return;
        }

        options.Enabled = reader.TryBoolean("Enabled", out var enabled) ? enabled : options.Enabled;
        options.Delay = reader.TryDuration("Delay", out var delay) ? delay : options.Delay;
        options.MinDelay = reader.TryDuration("MinDelay", out var least) ? least : options.MinDelay;
        options.MaxDelay = reader.TryDuration("MaxDelay", out var longest) ? longest : options.MaxDelay;
        reader.ReportUnknownKeys();
    }

    public static void Validate(string path, HedgingOptions options, ConfigurationErrors errors)
    {
        Check(options.Delay, "Delay");
        Check(options.MinDelay, "MinDelay");
        Check(options.MaxDelay, "MaxDelay");
        if (options.MinDelay > options.MaxDelay)
        {
            errors.Add(path + ":MinDelay", $"{DurationText.Write(options.MinDelay)} is more than the MaxDelay of {DurationText.Write(options.MaxDelay)}.", "Set MinDelay at or below MaxDelay.");
        }

        void Check(TimeSpan? value, string name)
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
            {
                errors.Add($"{path}:{name}", $"the delay {DurationText.Write(value.Value)} is impossible.", "Set a duration above 0 and at most 1 hour, such as 500ms.");
            }
        }
    }
}
