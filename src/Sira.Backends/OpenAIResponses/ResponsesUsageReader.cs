using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;
using Sira.Models;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Reads what was used. Input includes cached tokens and output includes reasoning on this wire already.</summary>
internal static class ResponsesUsageReader
{
    /// <summary>Reads a response's usage; <see langword="null"/> when it reports none.</summary>
    public static UsageDetails? Read(JsonElement response)
    {
        if (!response.TryGetObject("usage", out var usage))
        {
            return null;
        }

        var details = new UsageDetails
        {
            InputTokenCount = usage.GetCountOrNull("input_tokens"),
            OutputTokenCount = usage.GetCountOrNull("output_tokens"),
            TotalTokenCount = usage.GetCountOrNull("total_tokens"),
        };
        details.TotalTokenCount ??= details.InputTokenCount + details.OutputTokenCount;
        foreach (var member in usage.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var count in member.Value.EnumerateObject())
                {
                    ReadDetail(details, member.Name, count);
                }
            }
            else if (member.Name is not ("input_tokens" or "output_tokens" or "total_tokens"))
            {
                Add(details, member.Name, member.Value);
            }
        }

        return details;
    }

    private static void ReadDetail(UsageDetails details, string group, JsonProperty count)
    {
        if (count.Value.ToCountOrNull() is not { } value)
        {
            return;
        }

        switch (group, count.Name)
        {
            case ("input_tokens_details", "cached_tokens"):
                details.CachedInputTokenCount = value;
                break;
            case ("input_tokens_details", "cache_write_tokens"):
                details.SetCacheWriteInputTokens(value);
                break;
            case ("output_tokens_details", "reasoning_tokens"):
                details.ReasoningTokenCount = value;
                break;
            default:
                Add(details, $"{group}.{count.Name}", count.Value);
                break;
        }
    }

    private static void Add(UsageDetails details, string name, JsonElement value)
    {
        // Counts are whole; what is not, such as a cost in dollars, is left to the raw representation.
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) && value.ToCountOrNull() is { } count)
        {
            (details.AdditionalCounts ??= [])[name] = count;
        }
    }
}
