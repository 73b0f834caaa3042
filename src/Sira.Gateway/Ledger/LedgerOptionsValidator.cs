using Sira.Kernel.Configuration;

namespace Sira.Gateway.Ledger;

/// <summary>Checks the ledger's options, which code may have set to anything.</summary>
internal static class LedgerOptionsValidator
{
    public const int MostDays = 36_500;
    public const int FewestCells = 10;
    public const int MostCells = 10_000_000;

    public static void Validate(string path, LedgerOptions options, ConfigurationErrors errors)
    {
        if (options.RetentionDays is < 1 or > MostDays)
        {
            errors.Add($"{path}:{nameof(options.RetentionDays)}", $"{options.RetentionDays} is out of range.", $"Set 1 to {MostDays} days; to keep nothing, set Enabled to false.");
        }

        if (options.MaximumCells is < FewestCells or > MostCells)
        {
            errors.Add($"{path}:{nameof(options.MaximumCells)}", $"{options.MaximumCells} is out of range.", $"Set {FewestCells} to {MostCells}.");
        }
    }
}
