using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Reads and checks <c>Limits</c>.</summary>
internal static class CapacityOptionsReader
{
    public static void Apply(ConfigurationReader parent, IList<TargetLimitOptions> limits)
    {
        var read = new List<TargetLimitOptions>();
        foreach (var (_, reader) in parent.Children("Limits"))
        {
            read.Add(new TargetLimitOptions
            {
                Target = reader.TryString("Target", out var target) ? target : string.Empty,
                RequestsPerMinute = reader.TryInt64("RequestsPerMinute", out var requests, minimum: 1) ? requests : null,
                TokensPerMinute = reader.TryInt64("TokensPerMinute", out var tokens, minimum: 1) ? tokens : null,
                Concurrency = reader.TryInt32("Concurrency", out var concurrency, minimum: 1) ? concurrency : null,
                Adaptive = reader.TryBoolean("Adaptive", out var adaptive) && adaptive,
                Throttle = reader.TryBoolean("Throttle", out var throttle) && throttle,
            });
            reader.ReportUnknownKeys();
        }

        if (read.Count > 0)
        {
            limits.Clear();
            foreach (var limit in read)
            {
                limits.Add(limit);
            }
        }
    }

    public static void Validate(string path, IList<TargetLimitOptions> limits, IEnumerable<string> backends, ConfigurationErrors errors)
    {
        var names = backends.ToArray();
        for (var i = 0; i < limits.Count; i++)
        {
            var (limit, at) = (limits[i], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}:{i}"));
            var owner = limit.Target.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? limit.Target[..slash] : limit.Target;
            if (!names.Any(name => string.Equals(limit.Target, name, StringComparison.OrdinalIgnoreCase) || limit.Target.StartsWith(name + "/", StringComparison.OrdinalIgnoreCase)) && !errors.IsFaulty("backend", owner))
            {
                errors.AddUnknownName(at + ":Target", "backend", owner, names);
            }

            if (limit.Target.EndsWith('/'))
            {
                errors.Add(at + ":Target", $"the target '{limit.Target}' names no model after the slash.", "Write 'backend/model', or the backend alone for all its models.");
            }

            if (limit is { RequestsPerMinute: null, TokensPerMinute: null, Concurrency: null, Adaptive: false, Throttle: false })
            {
                errors.Add(at, "the limit limits nothing.", "Set RequestsPerMinute, TokensPerMinute, Concurrency, Adaptive or Throttle.");
            }

            if (limit.RequestsPerMinute < 1 || limit.TokensPerMinute < 1 || limit.Concurrency < 1)
            {
                errors.Add(at, "a limit below 1 lets nothing through.", "Set at least 1; to forbid a target, remove it from its routes.");
            }

            if (limits.Take(i).Any(earlier => string.Equals(earlier.Target, limit.Target, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add(at + ":Target", $"'{limit.Target}' has limits already.", "Put all its limits into one entry.");
            }
        }
    }
}
