using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Tools;

/// <summary>Finds all mistakes in <see cref="ToolLoopOptions"/> at once.</summary>
internal static class ToolLoopOptionsValidator
{
    /// <summary>Checks the options of a loop that is built without a container.</summary>
    public static ConfigurationErrors Check(ToolLoopOptions options)
    {
        var errors = new ConfigurationErrors();
        Check(options, errors);
        return errors;
    }

    /// <summary>Checks the options together with the rest of a configuration.</summary>
    public static void Check(ToolLoopOptions options, ConfigurationErrors errors)
    {
        AtLeast(errors, nameof(options.MaxRounds), options.MaxRounds, 1);
        AtLeast(errors, nameof(options.MaxCalls), options.MaxCalls, 1);
        AtLeast(errors, nameof(options.MaxConcurrency), options.MaxConcurrency, 1);
        AtLeast(errors, nameof(options.MaxConsecutiveErrors), options.MaxConsecutiveErrors, 0);
        Positive(errors, nameof(options.MaxDuration), options.MaxDuration);
        Positive(errors, nameof(options.CallTimeout), options.CallTimeout);
        if (options.CancellationGrace < TimeSpan.Zero)
        {
            Add(errors, nameof(options.CancellationGrace), options.CancellationGrace.ToString(), "Write zero or a positive time.");
        }

        if (!Enum.IsDefined(options.LimitBehavior))
        {
            Add(errors, nameof(options.LimitBehavior), options.LimitBehavior.ToString(), "Write AnswerWithoutTools or Throw.");
        }

        if (!Enum.IsDefined(options.UnknownTools))
        {
            Add(errors, nameof(options.UnknownTools), options.UnknownTools.ToString(), "Write AnswerModel or LeaveToCaller.");
        }

    }

    private static void AtLeast(ConfigurationErrors errors, string property, int value, int minimum)
    {
        if (value < minimum)
        {
            Add(errors, property, value.ToString(CultureInfo.InvariantCulture), $"Write {minimum} or more.");
        }
    }

    private static void Positive(ConfigurationErrors errors, string property, TimeSpan? value)
    {
        if (value <= TimeSpan.Zero)
        {
            Add(errors, property, value.Value.ToString(), "Write a positive time, or null for no limit.");
        }
    }

    private static void Add(ConfigurationErrors errors, string property, string value, string fix) =>
        errors.Add($"UseTools.{property}", $"'{value}' is out of range.", fix);
}
