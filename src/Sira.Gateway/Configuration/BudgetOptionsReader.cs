using Sira.Kernel.Configuration;

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

    private static void Read(ConfigurationReader reader, List<BudgetOptions> budgets)
    {
        budgets.Add(new BudgetOptions
        {
            Usd = reader.TryDecimal("Usd", out var usd) ? usd : null,
            Tokens = reader.TryInt64("Tokens", out var tokens, minimum: 1) ? tokens : null,
            Requests = reader.TryInt64("Requests", out var requests, minimum: 1) ? requests : null,
            Per = reader.TryDuration("Per", out var per) ? per : TimeSpan.FromDays(1),
        });
        reader.ReportUnknownKeys();
    }
}
