using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;
using Sira.Models;

namespace Sira.Backends.Anthropic.Responses;

/// <summary>The usage of a response. In a stream it comes in parts, each of which is cumulative: a count that comes again replaces what it was.</summary>
internal struct AnthropicUsage
{
    private long? _input;
    private long? _output;
    private long? _cacheRead;
    private long? _cacheWrite;
    private long? _thinking;
    private JsonElement _cacheCreation;
    private JsonElement _serverTools;
    private JsonElement _iterations;

    /// <summary>Takes over what a <c>usage</c> object states.</summary>
    public void Merge(JsonElement usage)
    {
        _input = Count(usage, "input_tokens") ?? _input;
        _output = Count(usage, "output_tokens") ?? _output;
        _cacheRead = Count(usage, "cache_read_input_tokens") ?? _cacheRead;
        _cacheWrite = Count(usage, "cache_creation_input_tokens") ?? _cacheWrite;
        if (usage.TryGetObject("output_tokens_details", out var details))
        {
            _thinking = Count(details, "thinking_tokens") ?? _thinking;
        }

        if (usage.TryGetObject("cache_creation", out var creation))
        {
            _cacheCreation = creation;
        }

        if (usage.TryGetObject("server_tool_use", out var tools))
        {
            _serverTools = tools;
        }

        if (usage.TryGet("iterations", out var iterations) && iterations.ValueKind == JsonValueKind.Array)
        {
            _iterations = iterations;
        }
    }

    /// <summary>Returns the usage, or <see langword="null"/> when none was stated.</summary>
    public readonly UsageDetails? ToDetails()
    {
        if (_input is null && _output is null)
        {
            return null;
        }

        var (input, output, cacheRead, cacheWrite) = (_input, _output, _cacheRead, _cacheWrite);
        var counts = new AdditionalPropertiesDictionary<long>();
        AddCounts(_cacheCreation, counts);
        AddCounts(_serverTools, counts);
        if (_iterations.ValueKind == JsonValueKind.Array)
        {
            foreach (var iteration in _iterations.EnumerateArray())
            {
                switch (iteration.GetStringOrNull("type"))
                {
                    case null or "message":
                        break;
                    case "compaction":
                        // Billed like the rest and by the same model, but not in the totals.
                        input = Sum(input, Count(iteration, "input_tokens"));
                        output = Sum(output, Count(iteration, "output_tokens"));
                        cacheRead = Sum(cacheRead, Count(iteration, "cache_read_input_tokens"));
                        cacheWrite = Sum(cacheWrite, Count(iteration, "cache_creation_input_tokens"));
                        break;
                    case { } other:
                        // Another model's tokens, at another price: kept apart.
                        AddIteration(iteration, other, counts);
                        break;
                }
            }
        }

        input = input is null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0);
        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = Sum(input, output),
            CachedInputTokenCount = cacheRead,
            ReasoningTokenCount = _thinking,
            AdditionalCounts = counts.Count > 0 ? counts : null,
        };
        if (cacheWrite is { } written)
        {
            details.SetCacheWriteInputTokens(written);
        }

        return details;
    }

    private static void AddCounts(JsonElement source, AdditionalPropertiesDictionary<long> counts)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in source.EnumerateObject())
        {
            if (Count(source, member.Name) is { } count)
            {
                counts[member.Name] = count;
            }
        }
    }

    private static void AddIteration(JsonElement iteration, string type, AdditionalPropertiesDictionary<long> counts)
    {
        foreach (var member in iteration.EnumerateObject())
        {
            if (Count(iteration, member.Name) is { } count)
            {
                var name = $"{type}.{member.Name}";
                counts[name] = counts.TryGetValue(name, out long so) ? so + count : count;
            }
        }
    }

    private static long? Sum(long? one, long? other) => one is null ? other : other is null ? one : one + other;

    private static long? Count(JsonElement element, string name) => element.GetCountOrNull(name);
}
