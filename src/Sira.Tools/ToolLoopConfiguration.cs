using Microsoft.Extensions.Options;
using Sira.Kernel.Configuration;

namespace Sira.Tools;

/// <summary>The loop's options: what code has set, and the section <c>Sira:Tools</c> over it.</summary>
internal sealed class ToolLoopConfiguration(IOptionsFactory<ToolLoopOptions> factory) : IConfigurationPart
{
    private volatile ToolLoopOptions? current;

    public string Key => "Tools";

    /// <summary>The options in force; those of the code where nothing has loaded the configuration.</summary>
    public ToolLoopOptions Current => current ?? factory.Create(Options.DefaultName);

    public void Load(ConfigurationReader? reader, ConfigurationErrors errors)
    {
        var options = factory.Create(Options.DefaultName);
        if (reader is not null)
        {
            Apply(reader, options);
            reader.ReportUnknownKeys();
        }

        ToolLoopOptionsValidator.Check(options, errors);
        current = options;
    }

    private static void Apply(ConfigurationReader reader, ToolLoopOptions options)
    {
        options.OfferTools = reader.TryBoolean(nameof(options.OfferTools), out var offer) ? offer : options.OfferTools;
        options.MaxRounds = reader.TryInt32(nameof(options.MaxRounds), out var rounds) ? rounds : options.MaxRounds;
        options.MaxCalls = reader.TryInt32(nameof(options.MaxCalls), out var calls) ? calls : options.MaxCalls;
        options.LimitBehavior = reader.TryEnum<ToolLimitBehavior>(nameof(options.LimitBehavior), out var behavior) ? behavior : options.LimitBehavior;
        options.MaxDuration = reader.TryDuration(nameof(options.MaxDuration), out var duration) ? Limit(duration) : options.MaxDuration;
        options.CallTimeout = reader.TryDuration(nameof(options.CallTimeout), out var timeout) ? Limit(timeout) : options.CallTimeout;
        options.CancellationGrace = reader.TryDuration(nameof(options.CancellationGrace), out var grace) ? grace : options.CancellationGrace;
        options.MaxConcurrency = reader.TryInt32(nameof(options.MaxConcurrency), out var concurrency) ? concurrency : options.MaxConcurrency;
        options.MaxConsecutiveErrors = reader.TryInt32(nameof(options.MaxConsecutiveErrors), out var consecutive) ? consecutive : options.MaxConsecutiveErrors;
        options.IncludeDetailedErrors = reader.TryBoolean(nameof(options.IncludeDetailedErrors), out var detailed) ? detailed : options.IncludeDetailedErrors;
        options.UnknownTools = reader.TryEnum<UnknownToolBehavior>(nameof(options.UnknownTools), out var unknown) ? unknown : options.UnknownTools;
    }

    // The file writes "infinite" where code writes null.
    private static TimeSpan? Limit(TimeSpan duration) => duration == Timeout.InfiniteTimeSpan ? null : duration;
}
