using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Gateway.Budgets;

/// <summary>What a provider reported of an attempt, in counts that can be summed up. Ledger, metrics and spans take their numbers from here, so that they agree.</summary>
/// <remarks>Counts that cannot be are cut to what can, as <see cref="Billing"/> does; one that follows from the total and the other counts as reported.</remarks>
internal readonly struct ReportedTokens
{
    private ReportedTokens(long? input, long? output, UsageDetails usage)
    {
        (Input, Output) = (input, output);
        Cached = Part(usage.CachedInputTokenCount, input);
        CacheWrite = Part(usage.GetCacheWriteInputTokens(), input - (Cached ?? 0));
        Reasoning = Part(usage.ReasoningTokenCount, output);
    }

    public long? Input { get; }

    /// <summary>The part of the input that was read from the provider's cache.</summary>
    public long? Cached { get; }

    /// <summary>The part of the input that was written to the provider's cache.</summary>
    public long? CacheWrite { get; }

    public long? Output { get; }

    /// <summary>The part of the output that was reasoning.</summary>
    public long? Reasoning { get; }

    public static ReportedTokens Of(UsageDetails? usage, bool embeds)
    {
        if (usage is null)
        {
            return default;
        }

        var (input, output, total) = (Sane(usage.InputTokenCount), Sane(usage.OutputTokenCount), Sane(usage.TotalTokenCount));
        input ??= embeds ? total : Rest(total, output);
        output ??= embeds ? null : Rest(total, input);
        return new ReportedTokens(input, output, usage);
    }

    private static long? Rest(long? total, long? part) => total is { } all && part is { } known ? Math.Max(0, all - known) : null;

    private static long? Part(long? count, long? whole) => count is { } part ? Math.Clamp(part, 0, whole ?? 0) : null;

    private static long? Sane(long? count) => count is { } value ? Math.Clamp(value, 0, int.MaxValue) : null;
}
