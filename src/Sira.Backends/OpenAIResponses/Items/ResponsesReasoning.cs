using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>Reasoning items: the text is the summary or the reasoning itself, the protected data is the encrypted content that a later turn gives back.</summary>
/// <remarks>
/// How an item is written back is told by what its content remembers: with a <c>summary</c> that is empty, the text is the reasoning itself; with one that is not, summary and content are remembered verbatim; otherwise the text is the summary.
/// </remarks>
internal static class ResponsesReasoning
{
    /// <summary>What stands between the parts of a summary in the text, so that their headings do not run into each other.</summary>
    public const string PartSeparator = "\n\n";

    private static readonly JsonElement EmptySummary = JsonElement.Parse("""{"summary":[]}"""u8);

    public static TextReasoningContent Read(JsonElement item)
    {
        var summaries = ReadTexts(item, "summary", out var summary);
        var contents = ReadTexts(item, "content", out var content);
        var reasoning = new TextReasoningContent(summary ?? content ?? string.Empty)
        {
            ProtectedData = item.GetStringOrNull("encrypted_content"),
            RawRepresentation = item,
        };
        var encrypted = reasoning.ProtectedData is null ? string.Empty : "encrypted_content";

        // A mark is kept even when nothing is left, because it tells where the reasoning comes from.
        ResponsesProperties.Set(reasoning, ResponsesProperties.Item, (summaries, contents) switch
        {
            (<= 1, 0) => ResponsesProperties.Except(item, "type", "summary", encrypted) ?? JsonElement.Parse("{}"u8),
            (0, 1) when !item.TryGet("summary", out _) => StartStreamed(item.GetStringOrNull("id"), isSummary: false),
            (0, 1) => ResponsesProperties.Except(item, "type", "content", encrypted),
            _ => ResponsesProperties.Except(item, "type", encrypted),
        });
        return reasoning;
    }

    /// <summary>Returns what the first content of a streamed item is to remember; at that time only the item's id is known.</summary>
    public static JsonElement StartStreamed(string? itemId, bool isSummary)
    {
        using var document = JsonDocument.Parse((itemId, isSummary) switch
        {
            (null, true) => "{}",
            (null, false) => """{"summary":[]}""",
            ({ } id, true) => $$"""{"id":"{{JsonEncodedText.Encode(id)}}"}""",
            ({ } id, false) => $$"""{"id":"{{JsonEncodedText.Encode(id)}}","summary":[]}""",
        });
        return document.RootElement.Clone();
    }

    public static void Write(Utf8JsonWriter writer, TextReasoningContent reasoning, bool stateless)
    {
        // Reasoning that does not come from this wire cannot be given to it: its signature would be rejected.
        if (!ResponsesProperties.TryGet(reasoning, ResponsesProperties.Item, out var item))
        {
            if (!ResponsesItemTypes.IsItem(reasoning.RawRepresentation, out var raw))
            {
                return;
            }

            item = ResponsesProperties.Except(raw, "type", "encrypted_content") ?? EmptySummary;
        }

        var hasSummary = item.TryGet("summary", out var summary);
        var isVerbatim = hasSummary && summary.ValueKind == JsonValueKind.Array && summary.GetArrayLength() > 0;
        var isContent = hasSummary && !isVerbatim;
        var hasContent = item.TryGet("content", out var content) && content.ValueKind == JsonValueKind.Array && content.GetArrayLength() > 0;
        if (stateless && reasoning.ProtectedData is null && !hasContent && !(isContent && reasoning.Text.Length > 0))
        {
            // A summary alone only refers to reasoning that the provider was to keep, and it kept none.
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "reasoning"u8);
        if (!hasSummary)
        {
            WriteTexts(writer, "summary"u8, "summary_text"u8, reasoning.Text);
        }

        if (isContent && !hasContent && reasoning.Text.Length > 0)
        {
            WriteTexts(writer, "content"u8, "reasoning_text"u8, reasoning.Text);
        }

        if (reasoning.ProtectedData is { } encrypted)
        {
            writer.WriteString("encrypted_content"u8, encrypted);
        }

        ResponsesProperties.WriteMembers(writer, item, reasoning.ProtectedData is null ? string.Empty : "encrypted_content", isContent && !hasContent && reasoning.Text.Length > 0 ? "content" : string.Empty);

        writer.WriteEndObject();
    }

    private static int ReadTexts(JsonElement item, string name, out string? text)
    {
        var count = 0;
        text = null;
        StringBuilder? builder = null;
        foreach (var part in item.EnumerateArrayOrEmpty(name))
        {
            count++;
            if (part.GetStringOrNull("text") is not { Length: > 0 } found)
            {
                continue;
            }

            if (text is null)
            {
                text = found;
            }
            else
            {
                builder ??= new StringBuilder(text);
                builder.Append(PartSeparator).Append(found);
            }
        }

        text = builder?.ToString() ?? text;
        return count;
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> member, ReadOnlySpan<byte> type, string text)
    {
        writer.WriteStartArray(member);
        if (text.Length > 0)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("text"u8, text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
