using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Session.Compaction;

/// <summary>When histories are compacted, and in which portions. Whichever trigger is reached first counts; what has a summary already counts for none.</summary>
public sealed record CompactionOptions
{
    /// <summary>Gets from how many tokens without a summary on; <see langword="null"/> for no such trigger.</summary>
    /// <value>From 1 on. Default none.</value>
    public long? TriggerTokens { get; init; }

    /// <summary>Gets from how many turns without a summary on, beyond the newest <see cref="KeepTurns"/>, which get none; <see langword="null"/> for no such trigger.</summary>
    /// <value>From 1 on. Default none.</value>
    public int? TriggerTurns { get; init; }

    /// <summary>Gets from which share of the budget on the tokens without a summary are too many; <see langword="null"/> for no such trigger. Summaries should be there before the window moves.</summary>
    /// <value>Above 0, at most 1. Default 0.5.</value>
    public double? TriggerShare { get; init; } = 0.5;

    /// <summary>Gets how many of the newest turns are never summarised.</summary>
    /// <value>From 1 on. Default 4.</value>
    public int KeepTurns { get; init; } = 4;

    /// <summary>Gets how many tokens of messages one summary stands for at most, unless a single turn has more.</summary>
    /// <value>From 100 on. Default 8,000.</value>
    public int MaximumRangeTokens { get; init; } = 8_000;

    /// <summary>Gets how many parts are summarised in one run; the next run goes on.</summary>
    /// <value>From 1 on. Default 8.</value>
    public int MaximumRanges { get; init; } = 8;

    /// <summary>Gets for how long a session is left alone when its compaction has failed. Doubled with every failure in a row.</summary>
    /// <value>Above 0. Default 30 seconds.</value>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets for how long at most.</summary>
    /// <value>At least <see cref="Rest"/>, at most a day. Default 1 hour.</value>
    public TimeSpan MaximumRest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(TriggerTokens is null or >= 1, nameof(TriggerTokens), TriggerTokens, "Use 1 or more, or leave it out.");
        Check(TriggerTurns is null or >= 1, nameof(TriggerTurns), TriggerTurns, "Use 1 or more, or leave it out.");
        Check(TriggerShare is null or (> 0 and <= 1), nameof(TriggerShare), TriggerShare, "Use a share above 0 and up to 1, such as 0.5, or leave it out.");
        Check(KeepTurns >= 1, nameof(KeepTurns), KeepTurns, "Use 1 or more.");
        Check(MaximumRangeTokens >= 100, nameof(MaximumRangeTokens), MaximumRangeTokens, "Use 100 or more.");
        Check(MaximumRanges >= 1, nameof(MaximumRanges), MaximumRanges, "Use 1 or more.");
        Check(Rest > TimeSpan.Zero, nameof(Rest), Rest, "Use a time above 0, such as 00:00:30.");
        Check(MaximumRest >= Rest && MaximumRest <= TimeSpan.FromDays(1), nameof(MaximumRest), MaximumRest, $"Use a time from {nameof(Rest)} up to a day, such as 01:00:00.");

        void Check(bool isValid, string name, IFormattable? value, string fix)
        {
            if (!isValid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
