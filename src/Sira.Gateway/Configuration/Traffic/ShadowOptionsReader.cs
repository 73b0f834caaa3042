using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Reads and checks <c>Shadow</c> of a route.</summary>
internal static class ShadowOptionsReader
{
    public static void Apply(ConfigurationReader parent, ShadowOptions options)
    {
        if (!parent.TrySection("Shadow", out var reader))
        {
            return;
        }

        if (reader.TryStrings("Targets", out var targets))
        {
            options.Targets = [.. targets];
        }

        options.Percent = reader.TryDouble("Percent", out var percent, 0, 100) ? percent : options.Percent;
        options.MaxConcurrency = reader.TryInt32("MaxConcurrency", out var concurrency, minimum: 1) ? concurrency : options.MaxConcurrency;
        reader.ReportUnknownKeys();
    }

    public static void Validate(string path, ShadowOptions options, ConfigurationErrors errors)
    {
        if (!(options.Percent >= 0 && options.Percent <= 100))
        {
            errors.Add(path + ":Percent", $"{options.Percent} is no percentage.", "Set 0 to 100.");
        }

        if (options.MaxConcurrency < 1)
        {
            errors.Add(path + ":MaxConcurrency", $"{options.MaxConcurrency} is too small.", "Set at least 1; to mirror nothing, leave Targets empty.");
        }
    }
}
