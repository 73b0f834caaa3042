using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic;
using Sira.Backends.Gemini;
using Sira.Backends.OpenAIChat;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.OpenAIResponses;
using Sira.Backends.Tests.OpenAIChat;
using Sira.Backends.Wire;
using Sira.Errors;
using Sira.Models;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.PromptCaching;

/// <summary>What real providers said of their prompt caches reaches the usage, on every wire, streamed or not: cost is computed from it.</summary>
public sealed partial class CachedUsageTests
{
    [Theory]
    [InlineData("chat_completions", 20)]
    [InlineData("responses", 20)]
    [InlineData("messages", 20)]
    [InlineData("generate_content", 3)]
    public void Read_Recordings_CountsWhatWasCached(string api, int atLeast)
    {
        Assert.SkipWhen(RecordingLibrary.Folder is null, RecordingLibrary.MissingReason);
        var compared = 0;
        foreach (var recording in RecordingLibrary.Load(api).Where(static recording => recording.Status == 200))
        {
            var raw = System.Text.Encoding.UTF8.GetString(recording.ResponseBytes);
            var (read, written) = (Last(CacheRead(), raw), Last(CacheWrite(), raw));
            // What several models or iterations report apart is compared elsewhere.
            if ((read is null && written is null) || raw.Contains("\"iterations\"", StringComparison.Ordinal) || ReadUsage(recording, api) is not { } usage)
            {
                continue;
            }

            compared++;
            Assert.True(read == (usage.CachedInputTokenCount ?? (read == 0 ? 0 : null)), $"{recording.Id}: {read} was read from the cache, not {usage.CachedInputTokenCount}");
            Assert.True(written is null || written == usage.GetCacheWriteInputTokens(), $"{recording.Id}: {written} was written to the cache, not {usage.GetCacheWriteInputTokens()}");
            // Grok on Azure reads a prompt of its own from the cache and does not count it as input; the cost is that of the input.
            // Gemini on OpenRouter may write and read the same tokens at once.
            Assert.True(recording.Id.Contains("azure_grok", StringComparison.Ordinal) || Math.Max(read ?? 0, written ?? 0) <= usage.InputTokenCount, $"{recording.Id}: the input of {usage.InputTokenCount} does not include the cache");
        }

        Assert.True(compared >= atLeast, $"{compared} recordings say something of a cache");
    }

    private static UsageDetails? ReadUsage(Recording recording, string api)
    {
        try
        {
            return Usage(recording, api);
        }
        catch (BackendException exception)
        {
            // An error within a stream may come after the usage, or without one.
            return exception.Usage;
        }
    }

    private static UsageDetails? Usage(Recording recording, string api)
    {
        IWireFormat format = api switch
        {
            "messages" => new AnthropicWireFormat(),
            "responses" => new OpenAIResponsesWireFormat(),
            "generate_content" => new GeminiWireFormat(),
            _ => new OpenAIChatWireFormat(WireHarness.Dialect(OpenAIDialects.All.Any(dialect => dialect.Name == recording.Provider) ? recording.Provider : "openai")),
        };
        if (recording.ResponseEvents is { } events)
        {
            var reader = format.CreateStreamReader();
            var updates = new List<ChatResponseUpdate>();
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(events));
            foreach (var item in SseParser.Create(stream, static (_, data) => data.ToArray()).Enumerate())
            {
                if (!reader.IsTerminated)
                {
                    reader.Read(item.EventType, item.Data, updates);
                }
            }

            reader.Finish(updates);
            return updates.ToChatResponse().Usage;
        }

        return recording.ResponseBody is { ValueKind: JsonValueKind.Object } body ? format.ReadResponse(body).Usage : null;
    }

    private static long? Last(Regex pattern, string raw) => pattern.Matches(raw) is { Count: > 0 } matches ? long.Parse(matches[^1].Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"""(?:cached_tokens|prompt_cache_hit_tokens|cache_read_input_tokens|cachedContentTokenCount)"":\s*(\d+)")]
    private static partial Regex CacheRead();

    [GeneratedRegex(@"""(?:cache_creation_input_tokens|cache_write_tokens)"":\s*(\d+)")]
    private static partial Regex CacheWrite();
}
