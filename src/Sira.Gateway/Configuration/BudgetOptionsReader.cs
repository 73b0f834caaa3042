using System.Globalization;
using Sira.Gateway.Budgets;
using Sira.Kernel.Configuration;
using Sira.Requests;

namespace Sira.Gateway.Configuration;

/// <summary>Reads <c>Budget</c> (one) or <c>Budgets</c> (several) of a section.</summary>
internal static class BudgetOptionsReader
{
    public static void Apply(ConfigurationReader parent, IList<BudgetOptions> budgets)
    {
        var read = new List<BudgetOptions>();
        if (parent.TrySection("Budget", out var single))
        {
            Read(single, read);
        }

        foreach (var (_, reader) in parent.Children("Budgets"))
        {
            Read(reader, read);
        }

        if (read.Count > 0)
        {
            budgets.Clear();
            foreach (var budget in read)
            {
                budgets.Add(budget);
            }
        }
    }

    /// <summary>Reads <c>UnknownPriceEstimate</c>.</summary>
    public static UnknownPriceEstimate? ReadEstimate(ConfigurationReader parent, UnknownPriceEstimate? estimate)
    {
        if (!parent.TrySection("UnknownPriceEstimate", out var reader))
        {
            return estimate;
        }

        estimate = new UnknownPriceEstimate
        {
            Input = reader.TryDecimal("Input", out var input) ? input : estimate?.Input ?? 0m,
            Output = reader.TryDecimal("Output", out var output) ? output : estimate?.Output ?? 0m,
        };
        reader.ReportUnknownKeys();
        return estimate;
    }

    private static void Read(ConfigurationReader reader, List<BudgetOptions> budgets)
    {
        budgets.Add(new BudgetOptions
        {
            Usd = reader.TryDecimal("Usd", out var usd) ? usd : null,
            Tokens = reader.TryInt64("Tokens", out var tokens, minimum: 1) ? tokens : null,
            Requests = reader.TryInt64("Requests", out var requests, minimum: 1) ? requests : null,
            Per = reader.TryDuration("Per", out var per) ? per : TimeSpan.FromDays(1),
            Window = reader.TryEnum<BudgetWindow>("Window", out var window) ? window : BudgetWindow.Sliding,
            For = reader.TryEnum<BudgetScope>("For", out var scope) ? scope : BudgetScope.All,
            Tag = reader.TryString("Tag", out var tag) ? tag : null,
            Match = reader.TryString("Match", out var match) ? match : null,
            Strict = reader.TryBoolean("Strict", out var strict) && strict,
            Thresholds = ReadThresholds(reader),
            WhenReached = reader.TrySection("WhenReached", out var routing) ? ReadRouting(routing) : null,
        });
        reader.ReportUnknownKeys();
    }

    private static List<double> ReadThresholds(ConfigurationReader reader)
    {
        var shares = new List<double>();
        if (reader.TryStrings("Thresholds", out var texts))
        {
            foreach (var text in texts)
            {
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share))
                {
                    shares.Add(share);
                }
                else
                {
                    reader.Errors.Add(reader.Section.Path + ":Thresholds", $"{SecretText.Quote(text)} is not a number.", "Write numbers above 0 and at most 1, such as 0.8.");
                }
            }
        }

        return shares;
    }

    private static RoutingOptions ReadRouting(ConfigurationReader reader)
    {
        var routing = new RoutingOptions
        {
            Strategy = reader.TryString("Strategy", out var strategy) ? strategy : null,
            Balancer = reader.TryString("Balancer", out var balancer) ? balancer : null,
            Only = reader.TryStrings("Only", out var only) ? only : null,
            Ignore = reader.TryStrings("Ignore", out var ignore) ? ignore : null,
            Prefer = reader.TryStrings("Prefer", out var prefer) ? prefer : null,
            MaxInputPrice = reader.TryDecimal("MaxInputPrice", out var input) ? input : null,
            MaxOutputPrice = reader.TryDecimal("MaxOutputPrice", out var output) ? output : null,
            RequiredTags = reader.TryMap("RequiredTags", out var tags) ? tags : null,
            RequireParameters = reader.TryBoolean("RequireParameters", out var parameters) ? parameters : null,
            AllowFallbacks = reader.TryBoolean("AllowFallbacks", out var fallbacks) ? fallbacks : null,
            Hedge = reader.TryBoolean("Hedge", out var hedge) ? hedge : null,
            StreamRecovery = reader.TryEnums<StreamRecovery>("StreamRecovery", out var recovery) ? recovery : null,
        };
        reader.ReportUnknownKeys();
        return routing;
    }
}
