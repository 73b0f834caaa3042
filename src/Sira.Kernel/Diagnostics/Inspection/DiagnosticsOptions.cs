using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>What is kept for diagnostics.</summary>
public sealed class DiagnosticsOptions
{
    /// <summary>The most decisions that can be kept: 100,000.</summary>
    public const int MaximumDecisions = 100_000;

    /// <summary>Gets or sets how many recent decisions are kept. Each holds the configuration that served it, so a thousand may keep old ones in memory.</summary>
    /// <value>Default 0: none, and nothing is written; at most 100,000.</value>
    public int RecentDecisions { get; set; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (RecentDecisions is < 0 or > MaximumDecisions)
        {
            errors.Add($"{path}:{nameof(RecentDecisions)}", string.Create(CultureInfo.InvariantCulture, $"{RecentDecisions} is out of range."), $"Use 0 to {MaximumDecisions}, such as 500.");
        }
    }
}
