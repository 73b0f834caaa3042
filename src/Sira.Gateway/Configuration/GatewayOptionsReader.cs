using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Ledger;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;

namespace Sira.Gateway.Configuration;

/// <summary>Reads what holds for all routes over what code has set.</summary>
internal static class GatewayOptionsReader
{
    public static void Apply(ConfigurationReader reader, GatewayOptions options)
    {
        options.DefaultRoute = reader.TryString("DefaultRoute", out var route) ? route : options.DefaultRoute;
        if (reader.TrySection("Aliases", out var aliases))
        {
            foreach (var (alias, target) in aliases.Section.AsLeaves())
            {
                options.Aliases[alias] = target;
            }
        }

        CapacityOptionsReader.ApplyLimits(reader, options.Limits);
        options.MaxHedgeShare = reader.TryDouble("MaxHedgeShare", out var share, 0, 1) ? share : options.MaxHedgeShare;
        options.DefaultFallbacks = reader.TryStrings("DefaultFallbacks", out var fallbacks) ? [.. fallbacks] : options.DefaultFallbacks;
        BudgetOptionsReader.Apply(reader, options.Budgets);
        LedgerOptionsReader.Apply(reader, options.Ledger);
        options.UnknownPrice = reader.TryEnum<UnknownPricePolicy>("UnknownPrice", out var unknownPrice) ? unknownPrice : options.UnknownPrice;
        options.UnknownPriceEstimate = BudgetOptionsReader.ReadEstimate(reader, options.UnknownPriceEstimate);
        if (reader.TrySection("Breaker", out var breaker))
        {
            options.Breaker = ReadBreaker(breaker, options.Breaker);
        }

        if (reader.TrySection("ProviderBreaker", out var providerBreaker))
        {
            options.ProviderBreaker = ReadBreaker(providerBreaker, options.ProviderBreaker ?? options.Breaker);
        }
    }

    private static CircuitBreakerOptions ReadBreaker(ConfigurationReader reader, CircuitBreakerOptions options)
    {
        var read = options with
        {
            FailureRatio = reader.TryDouble("FailureRatio", out var ratio, 0.01, 1) ? ratio : options.FailureRatio,
            MinimumThroughput = reader.TryInt32("MinimumThroughput", out var throughput, minimum: 1) ? throughput : options.MinimumThroughput,
            ConsecutiveFailures = reader.TryInt32("ConsecutiveFailures", out var consecutive, minimum: 0) ? consecutive : options.ConsecutiveFailures,
            SamplingDuration = reader.TryDuration("SamplingDuration", out var sampling) ? sampling : options.SamplingDuration,
            BreakDuration = reader.TryDuration("BreakDuration", out var duration) ? duration : options.BreakDuration,
            MaximumBreakDuration = reader.TryDuration("MaximumBreakDuration", out var maximum) ? maximum : options.MaximumBreakDuration,
            Jitter = reader.TryDouble("Jitter", out var jitter, 0, 1) ? jitter : options.Jitter,
            HalfOpenProbes = reader.TryInt32("HalfOpenProbes", out var probes, minimum: 1) ? probes : options.HalfOpenProbes,
            SlowStart = reader.TryDuration("SlowStart", out var slowStart) ? slowStart : options.SlowStart,
            SlowStartMinimum = reader.TryDouble("SlowStartMinimum", out var minimum, 0.01, 1) ? minimum : options.SlowStartMinimum,
        };
        reader.ReportUnknownKeys();
        return read;
    }
}
