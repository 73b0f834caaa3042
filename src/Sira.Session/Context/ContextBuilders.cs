using Sira.Kernel.Configuration;
using Sira.Tokens;

namespace Sira.Session.Context;

/// <summary>The names of the context builders that Sira has, and how to make them.</summary>
public static class ContextBuilders
{
    /// <summary>The newest turns that fit. See <see cref="SlidingWindowContextBuilder"/>.</summary>
    public const string SlidingWindow = "sliding-window";

    /// <summary>Summaries for the older part, and the newest turns. See <see cref="SummariesContextBuilder"/>.</summary>
    public const string Summaries = "summaries";

    /// <summary>What weighs most. See <see cref="ImportanceContextBuilder"/>.</summary>
    public const string Importance = "importance";

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names { get; } = [SlidingWindow, Summaries, Importance];

    /// <summary>Makes a builder.</summary>
    /// <param name="name">Its name; case does not matter.</param>
    /// <param name="options">How it builds; <see langword="null"/> means the defaults.</param>
    /// <param name="estimator">Counts tokens; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="SiraConfigurationException">There is none of this name, or an option is out of range.</exception>
    public static IContextBuilder Create(string name, ContextBuilderOptions? options = null, ITokenEstimator? estimator = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        switch (name.ToLowerInvariant())
        {
            case SlidingWindow:
                return new SlidingWindowContextBuilder(options, estimator);
            case Summaries:
                return new SummariesContextBuilder(options, estimator);
            case Importance:
                return new ImportanceContextBuilder(options, estimator);
            default:
                var errors = new ConfigurationErrors();
                errors.AddUnknownName(nameof(ContextBuilders), "context builder", name, Names);
                throw new SiraConfigurationException([.. errors.Items]);
        }
    }
}
