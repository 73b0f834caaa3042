using Sira.Kernel.Configuration;
using Sira.Requests;

namespace Sira.Gateway.Configuration.Policies;

/// <summary>Reads a section <c>Routing</c> over what code has set.</summary>
internal static class RoutingOptionsReader
{
    public static RoutingOptions Apply(ConfigurationReader parent, RoutingOptions? options)
    {
        options ??= new RoutingOptions();
        if (!parent.TrySection("Routing", out var reader))
        {
            return options;
        }

        var read = options with
        {
            Strategy = reader.TryString("Strategy", out var strategy) ? strategy.Trim() : options.Strategy,
            Balancer = reader.TryString("Balancer", out var balancer) ? balancer.Trim() : options.Balancer,
            Only = reader.TryStrings("Only", out var only) ? only : options.Only,
            Ignore = reader.TryStrings("Ignore", out var ignore) ? ignore : options.Ignore,
            Prefer = reader.TryStrings("Prefer", out var prefer) ? prefer : options.Prefer,
            MaxInputPrice = reader.TryDecimal("MaxInputPrice", out var input) ? input : options.MaxInputPrice,
            MaxOutputPrice = reader.TryDecimal("MaxOutputPrice", out var output) ? output : options.MaxOutputPrice,
            RequiredTags = reader.TryMap("RequiredTags", out var tags) ? tags : options.RequiredTags,
            RequireParameters = reader.TryBoolean("RequireParameters", out var require) ? require : options.RequireParameters,
            AllowFallbacks = reader.TryBoolean("AllowFallbacks", out var allow) ? allow : options.AllowFallbacks,
            Hedge = reader.TryBoolean("Hedge", out var hedge) ? hedge : options.Hedge,
            StreamRecovery = reader.TryEnums<StreamRecovery>("StreamRecovery", out var recovery) ? recovery : options.StreamRecovery,
        };
        reader.ReportUnknownKeys();
        return read;
    }
}
