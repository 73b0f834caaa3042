using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Configuration.Traffic;
using Sira.Kernel.Configuration;
using Sira.Kernel.Registry;

namespace Sira.Gateway.Configuration;

/// <summary>Checks a route's values that need no look at anything else.</summary>
internal static class RouteOptionsValidator
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    public static void Validate(string path, RouteOptions options, ConfigurationErrors errors)
    {
        if (options.Targets.Count == 0)
        {
            errors.Add(path + ":Targets", "the route has no target.", "Add one, such as .To(\"openai/gpt-5-mini\") or \"Targets\": [\"openai/gpt-5-mini\"].");
        }

        foreach (var duplicate in RouteTargetLists.AllOf(options).GroupBy(static target => target, StringComparer.Ordinal).Where(static group => group.Count() > 1))
        {
            errors.Add(path + ":Targets", $"the target '{duplicate.Key}' is listed {duplicate.Count()} times.", "List it once; to give it more traffic, set its weight.");
        }

        TrafficSplitValidator.Validate(path + ":Split", options.Split, errors);
        foreach (var policy in options.StreamRecovery.GroupBy(static policy => policy).Where(static group => group.Count() > 1))
        {
            errors.Add(path + ":StreamRecovery", $"'{policy.Key}' is listed {policy.Count()} times.", "List each policy once, in the order in which they are to be tried.");
        }

        foreach (var (target, weight) in options.Weights)
        {
            if (!IsWeight(weight))
            {
                errors.Add($"{path}:Weights:{target}", $"the weight {weight} is not a number above 0 and at most {EndpointDefinition.MaximumWeight:0}.", "Set a number such as 2 or 0.5.");
            }
        }

        AtLeast(options.Retry.MaxRetriesPerTarget, 0, path + ":Retry:MaxRetriesPerTarget", errors);
        AtLeast(options.Retry.MaxAttempts, 1, path + ":Retry:MaxAttempts", errors);
        AtLeast(options.Request.MaxAttempts, 1, path + ":Request:MaxAttempts", errors);
        AtLeast(options.Request.MaxTokens, 1, path + ":Request:MaxTokens", errors);
        PositiveAndFinite(options.Retry.BaseDelay, path + ":Retry:BaseDelay", errors);
        PositiveAndFinite(options.Retry.MaxDelay, path + ":Retry:MaxDelay", errors);
        if (options.MaxBreakerWait < TimeSpan.Zero || options.MaxBreakerWait > LongestDelay)
        {
            errors.Add(path + ":MaxBreakerWait", $"the wait {DurationText.Write(options.MaxBreakerWait)} is impossible.", $"Set 0s for none, or at most {LongestDelay.TotalDays:0} day.");
        }

        options.Retry.Budget.Validate(path + ":Retry:Budget", errors);
        QueueOptionsReader.Validate(path + ":Queue", options.Queue, errors);
        ShadowOptionsReader.Validate(path + ":Shadow", options.Shadow, errors);
        HedgingOptionsReader.Validate(path + ":Hedging", options.Hedging, errors);
        Positive(options.Request.MaxDuration, path + ":Request:MaxDuration", errors);
        Positive(options.Timeouts.Headers, path + ":Timeouts:Headers", errors);
        Positive(options.Timeouts.FirstToken, path + ":Timeouts:FirstToken", errors);
        Positive(options.Timeouts.Idle, path + ":Timeouts:Idle", errors);
        Positive(options.Timeouts.Total, path + ":Timeouts:Total", errors);
        Positive(options.Timeouts.Unary, path + ":Timeouts:Unary", errors);
        if (options.Request.MaxUsd <= 0)
        {
            errors.Add(path + ":Request:MaxUsd", $"the limit of {options.Request.MaxUsd} US dollars allows no request.", "Set more than 0.");
        }
    }

    /// <summary>Whether the balancers can reckon with a weight.</summary>
    public static bool IsWeight(double weight) => weight is > 0 and <= EndpointDefinition.MaximumWeight;

    private static void AtLeast(long? value, long minimum, string path, ConfigurationErrors errors)
    {
        if (value < minimum)
        {
            errors.Add(path, $"{value} is too small.", $"Set at least {minimum}.");
        }
    }

    private static void PositiveAndFinite(TimeSpan value, string path, ConfigurationErrors errors)
    {
        if (value <= TimeSpan.Zero || value > LongestDelay)
        {
            errors.Add(path, $"the delay {DurationText.Write(value)} is impossible.", $"Set a duration above 0 and at most {LongestDelay.TotalDays:0} day, such as 500ms.");
        }
    }

    private static void Positive(TimeSpan? value, string path, ConfigurationErrors errors)
    {
        if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            errors.Add(path, $"the duration {value} is not positive.", "Set a duration such as 30s, or infinite.");
        }
    }
}
