using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;
using Sira.Models;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Reads the object <c>usage</c> of chat completions and embeddings.</summary>
internal static class OpenAIUsageReader
{
    public static UsageDetails? Read(JsonElement owner)
    {
        if (!owner.TryGetObject("usage", out var usage))
        {
            // Groq's streams report it in a place of their own.
            if (!owner.TryGetObject("x_groq", out var groq) || !groq.TryGetObject("usage", out usage))
            {
                return null;
            }
        }

        var prompt = usage.GetInt64OrNull("prompt_tokens");
        var completion = usage.GetInt64OrNull("completion_tokens");
        var total = usage.GetInt64OrNull("total_tokens");
        usage.TryGetObject("prompt_tokens_details", out var input);
        usage.TryGetObject("completion_tokens_details", out var output);
        var reasoning = output.GetInt64OrNull("reasoning_tokens");
        if (reasoning > 0 && total == prompt + completion + reasoning)
        {
            // Grok counts its reasoning apart from its completion; the total gives it away.
            completion += reasoning;
        }

        var details = new UsageDetails
        {
            InputTokenCount = prompt,
            OutputTokenCount = completion,
            TotalTokenCount = total ?? (prompt is null && completion is null ? null : (prompt ?? 0) + (completion ?? 0)),
            CachedInputTokenCount = input.GetInt64OrNull("cached_tokens") ?? usage.GetInt64OrNull("prompt_cache_hit_tokens") ?? usage.GetInt64OrNull("num_cached_tokens"),
            ReasoningTokenCount = reasoning,
        };
        if (input.GetInt64OrNull("cache_write_tokens") is { } written)
        {
            details.SetCacheWriteInputTokens(written);
        }

        AddOthers(details, input, "prompt_tokens_details.", "cached_tokens", "cache_write_tokens");
        AddOthers(details, output, "completion_tokens_details.", "reasoning_tokens", null);
        return details;
    }

    private static void AddOthers(UsageDetails details, JsonElement element, string prefix, string known, string? alsoKnown)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Number && member.Name != known && member.Name != alsoKnown && member.Value.TryGetInt64(out var count))
            {
                (details.AdditionalCounts ??= [])[prefix + member.Name] = count;
            }
        }
    }
}
