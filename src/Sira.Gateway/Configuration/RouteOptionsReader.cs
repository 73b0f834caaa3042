using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Configuration.Traffic;
using Sira.Kernel.Configuration;
using Sira.Kernel.Overload;
using Sira.Requests;

namespace Sira.Gateway.Configuration;

/// <summary>Reads a route's section over what code has set. Each setting that the file names replaces that of the code.</summary>
internal static class RouteOptionsReader
{
    public static void Apply(ConfigurationReader reader, RouteOptions options)
    {
        if (reader.TryStrings("Targets", out var targets))
        {
            options.Targets = [.. targets];
        }

        if (reader.TryStrings("Fallbacks", out var fallbacks))
        {
            options.Fallbacks = [.. fallbacks];
        }

        RoutePolicyReader.Apply(reader, options);
        if (reader.TrySection("Weights", out var weights))
        {
            weights.ReadWeights(options.Weights, "Write a number such as 2 or 0.5; to switch a target off, remove it from Targets.");
        }

        options.Strategy = reader.TryString("Strategy", out var strategy) ? strategy : options.Strategy;
        options.Balancer = reader.TryString("Balancer", out var balancer) ? balancer : options.Balancer;
        options.UnsupportedOptions = reader.TryEnum<UnsupportedOptionPolicy>("UnsupportedOptions", out var unsupported) ? unsupported : options.UnsupportedOptions;
        options.UnknownPrice = reader.TryEnum<UnknownPricePolicy>("UnknownPrice", out var unknownPrice) ? unknownPrice : options.UnknownPrice;
        options.UnknownPriceEstimate = BudgetOptionsReader.ReadEstimate(reader, options.UnknownPriceEstimate);
        options.FallBackOnContentPolicy = reader.TryBoolean("FallBackOnContentPolicy", out var fallBack) ? fallBack : options.FallBackOnContentPolicy;

        options.MaxBreakerWait = reader.TryDuration("MaxBreakerWait", out var breakerWait) ? breakerWait : options.MaxBreakerWait;
        if (reader.TryEnums<StreamRecovery>("StreamRecovery", out var recovery))
        {
            options.StreamRecovery = [.. recovery];
        }

        BudgetOptionsReader.Apply(reader, options.Budgets);
        ReadRequestLimits(reader, options.Request);
        ReadRetry(reader, options.Retry);
        ReadTimeouts(reader, options.Timeouts);
        HedgingOptionsReader.Apply(reader, options.Hedging);
        ShadowOptionsReader.Apply(reader, options.Shadow);
        options.StaticAnswer = reader.TryString("StaticAnswer", out var answer) ? answer : options.StaticAnswer;
        QueueOptionsReader.Apply(reader, options.Queue);
        reader.ReportUnknownKeys();
    }

    private static void ReadRequestLimits(ConfigurationReader parent, RequestLimitOptions options)
    {
        if (!parent.TrySection("Request", out var reader))
        {
            return;
        }

        options.MaxAttempts = reader.TryInt32("MaxAttempts", out var attempts, minimum: 1) ? attempts : options.MaxAttempts;
        options.MaxTokens = reader.TryInt64("MaxTokens", out var tokens, minimum: 1) ? tokens : options.MaxTokens;
        options.MaxUsd = reader.TryDecimal("MaxUsd", out var usd) ? usd : options.MaxUsd;
        options.MaxDuration = reader.TryDuration("MaxDuration", out var duration) ? duration : options.MaxDuration;
        reader.ReportUnknownKeys();
    }

    private static void ReadRetry(ConfigurationReader parent, RetryOptions options)
    {
        if (!parent.TrySection("Retry", out var reader))
        {
            return;
        }

        options.MaxRetriesPerTarget = reader.TryInt32("MaxRetriesPerTarget", out var retries, minimum: 0, maximum: 100) ? retries : options.MaxRetriesPerTarget;
        options.MaxAttempts = reader.TryInt32("MaxAttempts", out var attempts, minimum: 1, maximum: 1000) ? attempts : options.MaxAttempts;
        if (reader.TrySection("Budget", out var budget))
        {
            options.Budget = ReadRetryBudget(budget, options.Budget);
        }

        options.BaseDelay = reader.TryDuration("BaseDelay", out var baseDelay) ? baseDelay : options.BaseDelay;
        options.MaxDelay = reader.TryDuration("MaxDelay", out var maxDelay) ? maxDelay : options.MaxDelay;
        reader.ReportUnknownKeys();
    }

    private static RetryBudgetOptions ReadRetryBudget(ConfigurationReader reader, RetryBudgetOptions options)
    {
        var read = options with
        {
            RetryRatio = reader.TryDouble("RetryRatio", out var ratio, 0, 1000) ? ratio : options.RetryRatio,
            MinimumRetriesPerSecond = reader.TryDouble("MinimumRetriesPerSecond", out var minimum, 0, 1_000_000) ? minimum : options.MinimumRetriesPerSecond,
            TimeToLive = reader.TryDuration("TimeToLive", out var timeToLive) ? timeToLive : options.TimeToLive,
        };
        reader.ReportUnknownKeys();
        return read;
    }

    private static void ReadTimeouts(ConfigurationReader parent, TimeoutOptions options)
    {
        if (!parent.TrySection("Timeouts", out var reader))
        {
            return;
        }

        options.Headers = reader.TryDuration("Headers", out var headers) ? headers : options.Headers;
        options.FirstToken = reader.TryDuration("FirstToken", out var firstToken) ? firstToken : options.FirstToken;
        options.Idle = reader.TryDuration("Idle", out var idle) ? idle : options.Idle;
        options.Total = reader.TryDuration("Total", out var total) ? total : options.Total;
        options.Unary = reader.TryDuration("Unary", out var unary) ? unary : options.Unary;
        reader.ReportUnknownKeys();
    }
}
