using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini.Responses;

/// <summary>Reads <c>usageMetadata</c>.</summary>
/// <remarks>
/// The wire counts three things apart that Sira counts in: thoughts are output, and what the provider's own tools fed to the model is input; its total is the sum of all.
/// The input of tools stays visible under its wire name, and so do media, as <c>{details member}.{modality}</c>.
/// </remarks>
internal static class GeminiUsageReader
{
    private const string ToolUse = "toolUsePromptTokenCount";

    public static UsageDetails? Read(JsonElement response) => response.TryGetEitherObject("usageMetadata", "usage_metadata", out var usage) ? ReadUsage(usage) : null;

    private static UsageDetails ReadUsage(JsonElement usage)
    {
        var tools = usage.GetCountOrNull(ToolUse);
        var thoughts = usage.GetCountOrNull("thoughtsTokenCount");
        var details = new UsageDetails
        {
            InputTokenCount = Add(usage.GetCountOrNull("promptTokenCount"), tools),
            OutputTokenCount = Add(usage.GetCountOrNull("candidatesTokenCount") ?? usage.GetCountOrNull("responseTokenCount"), thoughts),
            CachedInputTokenCount = usage.GetCountOrNull("cachedContentTokenCount"),
            ReasoningTokenCount = thoughts,
        };
        details.TotalTokenCount = usage.GetCountOrNull("totalTokenCount") ?? Add(details.InputTokenCount, details.OutputTokenCount);
        if (tools is { } count)
        {
            (details.AdditionalCounts ??= [])[ToolUse] = count;
        }

        AddModalities(details, usage, "promptTokensDetails");
        AddModalities(details, usage, "cacheTokensDetails");
        AddModalities(details, usage, "candidatesTokensDetails");
        AddModalities(details, usage, "toolUsePromptTokensDetails");
        return details;
    }

    private static long? Add(long? left, long? right) => left is null ? right : left + (right ?? 0);

    private static void AddModalities(UsageDetails details, JsonElement usage, string member)
    {
        foreach (var item in usage.EnumerateArrayOrEmpty(member))
        {
            if (item.GetStringOrNull("modality") is { } modality && modality != "TEXT" && item.GetCountOrNull("tokenCount") is { } count)
            {
                var name = $"{member}.{modality}";
                var counts = details.AdditionalCounts ??= [];
                counts[name] = count + (counts.TryGetValue(name, out var known) ? known : 0);
            }
        }
    }
}
