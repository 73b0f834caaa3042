using Microsoft.Extensions.AI;

namespace Sira.Models;

/// <summary>How Sira's adapters fill <see cref="UsageDetails"/>, the same for every provider, so that cost can be computed from it.</summary>
/// <remarks>
/// <see cref="UsageDetails.InputTokenCount"/> is everything that was read, cache reads and writes included; <see cref="UsageDetails.OutputTokenCount"/> is everything that was generated, reasoning included.
/// <see cref="UsageDetails.CachedInputTokenCount"/> and the cache writes are parts of the input, <see cref="UsageDetails.ReasoningTokenCount"/> is a part of the output. What a provider did not report stays <see langword="null"/>.
/// </remarks>
public static class UsageCounts
{
    /// <summary>The key in <see cref="UsageDetails.AdditionalCounts"/> of the input tokens that were written to the provider's prompt cache.</summary>
    public const string CacheWriteInputTokens = "CacheWriteInputTokenCount";

    /// <summary>Returns the input tokens that were written to the provider's prompt cache.</summary>
    /// <param name="usage">The usage.</param>
    /// <returns>The count, or <see langword="null"/> when it was not reported.</returns>
    public static long? GetCacheWriteInputTokens(this UsageDetails usage) =>
        usage?.AdditionalCounts is { } counts && counts.TryGetValue(CacheWriteInputTokens, out var count) ? count : null;

    /// <summary>Sets the input tokens that were written to the provider's prompt cache.</summary>
    /// <param name="usage">The usage.</param>
    /// <param name="count">The count.</param>
    public static void SetCacheWriteInputTokens(this UsageDetails usage, long count)
    {
        ArgumentNullException.ThrowIfNull(usage);
        (usage.AdditionalCounts ??= [])[CacheWriteInputTokens] = count;
    }
}
