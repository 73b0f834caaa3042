using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Resources.Usage;

/// <summary>What is remembered of usage. Memory is at most 8 bytes × <see cref="Length"/> × <see cref="MaximumSeries"/>: 16 MB by default.</summary>
public sealed record UsageHistoryOptions
{
    private const int Longest = 1_000_000;
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(31);

    /// <summary>Gets the defaults.</summary>
    public static UsageHistoryOptions Default { get; } = new();

    /// <summary>Gets the length of a step.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan Step { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets how many ended steps are kept of each series.</summary>
    /// <value>Default 2016: a week of 5 minutes.</value>
    public int Length { get; init; } = 2016;

    /// <summary>Gets how many series there are at most. A new one then takes the place of the one that was used least recently.</summary>
    /// <value>Default 1000.</value>
    public int MaximumSeries { get; init; } = 1000;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Step < TimeSpan.FromMilliseconds(1) || Step > LongestStep)
        {
            errors.Add($"{path}:{nameof(Step)}", $"{Step} is out of range.", $"Use 1 ms to {LongestStep.Days} days.");
        }

        if (Length is < 2 or > Longest)
        {
            errors.Add($"{path}:{nameof(Length)}", string.Create(CultureInfo.InvariantCulture, $"{Length} is out of range."), $"Use 2 to {Longest} steps.");
        }

        if (MaximumSeries is < 1 or > Longest)
        {
            errors.Add($"{path}:{nameof(MaximumSeries)}", string.Create(CultureInfo.InvariantCulture, $"{MaximumSeries} is out of range."), $"Use 1 to {Longest} series.");
        }
    }
}
