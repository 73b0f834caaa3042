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

        CapacityOptionsReader.Apply(reader, options.Limits);
        options.MaxHedgeShare = reader.TryDouble("MaxHedgeShare", out var share, 0, 1) ? share : options.MaxHedgeShare;
        options.DefaultFallbacks = reader.TryStrings("DefaultFallbacks", out var fallbacks) ? [.. fallbacks] : options.DefaultFallbacks;
        BudgetOptionsReader.Apply(reader, options.Budgets);
        LedgerOptionsReader.Apply(reader, options.Ledger);
        options.UnknownPrice = reader.TryEnum<UnknownPricePolicy>("UnknownPrice", out var unknownPrice) ? unknownPrice : options.UnknownPrice;
        options.UnknownPriceEstimate = BudgetOptionsReader.ReadEstimate(reader, options.UnknownPriceEstimate);
        if (reader.TrySection("Breaker", out var breaker))
        {
            options.Breaker = CircuitBreakerOptions.Read(breaker, options.Breaker);
        }

        if (reader.TrySection("ProviderBreaker", out var providerBreaker))
        {
            options.ProviderBreaker = CircuitBreakerOptions.Read(providerBreaker, options.ProviderBreaker ?? options.Breaker);
        }
    }
}
