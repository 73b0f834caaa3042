using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Session.Context;

/// <summary>How contexts are built.</summary>
public sealed record ContextBuilderOptions
{
    /// <summary>Gets what share of the room for history stays filled when it has overflowed. Until it overflows again nothing is dropped, so that the beginning of the prompt stays the same for many turns and providers can read it from their caches.</summary>
    /// <value>Above 0, at most 1, which drops no more than is needed and changes the beginning with each turn. Default 0.6.</value>
    public double KeepShare { get; init; } = 0.6;

    /// <summary>Gets what share of the room for history summaries may take, once there are any.</summary>
    /// <value>Above 0, below 1. Default 0.2.</value>
    public double SummaryShare { get; init; } = 0.2;

    /// <summary>Gets what share of the budget may be taken by what was found in the memory.</summary>
    /// <value>0 to 1. Default 0.1.</value>
    public double MemoryShare { get; init; } = 0.1;

    /// <summary>Gets what becomes of answers that ended before they were whole.</summary>
    /// <value>Default <see cref="PartialAnswers.Mark"/>.</value>
    public PartialAnswers PartialAnswers { get; init; }

    /// <summary>Gets how messages are weighed where they are.</summary>
    public ImportanceWeights Weights { get; init; } = new();

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(KeepShare is > 0 and <= 1, nameof(KeepShare), KeepShare, "Use a share above 0 and up to 1, such as 0.6.");
        Check(SummaryShare is > 0 and < 1, nameof(SummaryShare), SummaryShare, "Use a share above 0 and below 1, such as 0.2.");
        Check(MemoryShare is >= 0 and <= 1, nameof(MemoryShare), MemoryShare, "Use a share from 0 to 1, such as 0.1.");
        if (!Enum.IsDefined(PartialAnswers))
        {
            errors.Add($"{path}:{nameof(PartialAnswers)}", string.Create(CultureInfo.InvariantCulture, $"{(int)PartialAnswers} is none of them."), "Use Mark, Keep or LeaveOut.");
        }

        Weights.Validate($"{path}:{nameof(Weights)}", errors);

        void Check(bool isValid, string name, double value, string fix)
        {
            if (!isValid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
