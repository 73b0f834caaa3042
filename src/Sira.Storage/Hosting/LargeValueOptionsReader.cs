using Sira.Kernel.Configuration;
using Sira.Storage.LargeValues;

namespace Sira.Storage.Hosting;

/// <summary>Reads and checks <c>Sira:Storage:LargeValues</c>.</summary>
internal static class LargeValueOptionsReader
{
    public static LargeValueOptions Read(ConfigurationReader reader, LargeValueOptions code)
    {
        var options = code with
        {
            Engine = reader.TryString(nameof(code.Engine), out var engine) ? engine : code.Engine,
            Over = reader.TryInt32(nameof(code.Over), out var over) ? over : code.Over,
            Namespaces = reader.TryStrings(nameof(code.Namespaces), out var namespaces) ? namespaces : code.Namespaces,
            ReadOnly = reader.TryBoolean(nameof(code.ReadOnly), out var readOnly) ? readOnly : code.ReadOnly,
            GarbageAge = reader.TryDuration(nameof(code.GarbageAge), out var age) ? age : code.GarbageAge,
            SweepInterval = reader.TryDuration(nameof(code.SweepInterval), out var interval) ? interval : code.SweepInterval,
        };
        reader.ReportUnknownKeys();
        return options;
    }

    /// <summary>Checks the options of all engines, and whether what they name is there.</summary>
    public static void Check(string path, IDictionary<string, LargeValueOptions> all, IReadOnlyCollection<string> engines, ConfigurationErrors errors)
    {
        foreach (var (name, options) in all)
        {
            var at = $"{path}:{name}";
            options.Validate(at, errors);
            if (!engines.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                errors.AddUnknownName(path, "engine", name, engines);
            }

            if (!engines.Contains(options.Engine, StringComparer.OrdinalIgnoreCase))
            {
                errors.AddUnknownName($"{at}:{nameof(options.Engine)}", "engine", options.Engine, engines);
            }
            else if (string.Equals(options.Engine, name, StringComparison.OrdinalIgnoreCase))
            {
                errors.Add($"{at}:{nameof(options.Engine)}", $"'{name}' would keep its large values in itself.", "Name another engine.");
            }
            else if (all.ContainsKey(options.Engine))
            {
                errors.Add($"{at}:{nameof(options.Engine)}", $"'{options.Engine}' keeps large values in another engine itself.", "Name the engine that keeps them in the end.");
            }
        }
    }
}
