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

        var prompt = usage.GetCountOrNull("prompt_tokens");
        var completion = usage.GetCountOrNull("completion_tokens");
        var total = usage.GetCountOrNull("total_tokens");
        usage.TryGetObject("prompt_tokens_details", out var input);
        usage.TryGetObject("completion_tokens_details", out var output);
        var reasoning = output.GetCountOrNull("reasoning_tokens");
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
            CachedInputTokenCount = input.GetCountOrNull("cached_tokens") ?? usage.GetCountOrNull("prompt_cache_hit_tokens") ?? usage.GetCountOrNull("num_cached_tokens"),
            ReasoningTokenCount = reasoning,
        };
        if (input.GetCountOrNull("cache_write_tokens") is { } written)
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
            if (member.Name != known && member.Name != alsoKnown && member.Value.ToCountOrNull() is { } count)
            {
                (details.AdditionalCounts ??= [])[prefix + member.Name] = count;
            }
        }
    }
}
