using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;

namespace Sira.Gateway.Budgets;

/// <summary>Works out what an attempt is charged: what the provider reported, else an estimate, else nothing.</summary>
internal static class Billing
{
    /// <summary>Whether a provider is likely to bill an attempt that failed so: it had taken the request and worked on it.</summary>
    public static bool IsLikely(BackendErrorKind failure) => failure switch
    {
        BackendErrorKind.FirstTokenTimeout or BackendErrorKind.IdleTimeout or BackendErrorKind.TotalTimeout or BackendErrorKind.HeadersTimeout
            or BackendErrorKind.Truncated or BackendErrorKind.Cancelled => true,
        _ => false,
    };

    public static Bill Reckon(RouteTarget target, in RequestProfile profile, UsageDetails? usage, long receivedTokens, bool billed, bool isWhole)
    {
        if (!billed)
        {
            return new Bill(0, 0, IsEstimated: false);
        }

        if (usage is { InputTokenCount: not null } or { OutputTokenCount: not null } or { TotalTokenCount: not null })
        {
            return OfUsage(target, profile, usage, receivedTokens, isWhole);
        }

        return new Bill(profile.InputTokens + receivedTokens, target.EstimatePicoDollars(profile.InputTokens, receivedTokens), IsEstimated: true);
    }

    private static Bill OfUsage(RouteTarget target, in RequestProfile profile, UsageDetails usage, long receivedTokens, bool isWhole)
    {
        var (input, output) = (Sane(usage.InputTokenCount), Sane(usage.OutputTokenCount));
        if (input == usage.InputTokenCount && output == usage.OutputTokenCount && input is not null && output is not null && (isWhole || receivedTokens <= output))
        {
            return new Bill(Math.Max(Sane(usage.TotalTokenCount) ?? 0, input.Value + output.Value), target.PicoDollarsOf(usage), target.IsPriceEstimated);
        }

        // What is missing follows from the total, else from what went out and came in. A stream that broke off has only the
        // usage from its beginning, which knows nothing of the text that followed.
        var total = Sane(usage.TotalTokenCount);
        var isEmbedding = target.Embeds;
        var sent = input ?? (isEmbedding ? total ?? profile.InputTokens : Math.Max(0, (total - output) ?? Math.Min(total ?? long.MaxValue, profile.InputTokens)));
        var written = output ?? Math.Max(0, (total - sent) ?? receivedTokens);
        var isGuessed = (input is null || output is null) && !isEmbedding && (total is null || (input is null && output is null));
        var isEstimated = isGuessed || (!isWhole && receivedTokens > written);
        var completed = new UsageDetails();
        completed.Add(usage);
        (completed.InputTokenCount, completed.OutputTokenCount) = (sent, isWhole ? written : Math.Max(written, receivedTokens));
        return new Bill(completed.InputTokenCount.Value + completed.OutputTokenCount.Value, target.PicoDollarsOf(completed), isEstimated || target.IsPriceEstimated);
    }

    // Counts that cannot be would give money back, or overflow: they are cut to what can.
    private static long? Sane(long? count) => count is { } value ? Math.Clamp(value, 0, int.MaxValue) : null;
}
