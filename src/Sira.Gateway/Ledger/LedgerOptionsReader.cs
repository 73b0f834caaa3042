using Sira.Kernel.Configuration;

namespace Sira.Gateway.Ledger;

/// <summary>Reads <c>Sira:Ledger</c> over what code has set.</summary>
internal static class LedgerOptionsReader
{
    public static void Apply(ConfigurationReader parent, LedgerOptions options)
    {
        if (parent.TrySection("Ledger", out var reader))
        {
            options.Enabled = reader.TryBoolean("Enabled", out var enabled) ? enabled : options.Enabled;
            options.RetentionDays = reader.TryInt32("RetentionDays", out var days, 1, LedgerOptionsValidator.MostDays) ? days : options.RetentionDays;
            options.MaximumCells = reader.TryInt32("MaximumCells", out var cells, LedgerOptionsValidator.FewestCells, LedgerOptionsValidator.MostCells) ? cells : options.MaximumCells;
            reader.ReportUnknownKeys();
        }
    }
}
