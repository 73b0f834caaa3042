using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat;

/// <summary>OpenRouter's <c>reasoning_details</c>: blocks with text, signatures and encrypted parts, which must come back unchanged. They travel as the protected data of a reasoning content, as a JSON array.</summary>
internal sealed class ReasoningDetails
{
    // The members that a stream sends in pieces, to be joined; all others are sent whole.
    private static readonly string[] Pieces = ["text", "summary", "data", "signature"];

    private readonly List<Block> blocks = [];

    /// <summary>Adds the details of one message or of one chunk, whose pieces continue the block of the same type and index.</summary>
    public void Add(JsonElement owner)
    {
        foreach (var detail in owner.EnumerateArrayOrEmpty("reasoning_details"))
        {
            if (detail.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            var piece = JsonObject.Create(detail.Clone())!;
            if (blocks.Count == 0 || !blocks[^1].IsContinuedBy(piece))
            {
                blocks.Add(new Block());
            }

            blocks[^1].Join(piece);
        }
    }

    /// <summary>Returns the blocks as a JSON array, once, or <see langword="null"/> when there are none.</summary>
    public string? TakeProtectedData()
    {
        var data = blocks.Count == 0 ? null : $"[{string.Join(',', blocks.Select(static block => block.ToJson()))}]";
        blocks.Clear();
        return data;
    }

    /// <summary>Makes the content that carries reasoning and, where there are any, its details.</summary>
    public static TextReasoningContent CreateContent(string text, string? data) =>
        ReasoningOrigin.Mark(new TextReasoningContent(text) { ProtectedData = data }, OpenAIChatWireFormat.WireName);

    /// <summary>Returns the readable text of the details, for messages that carry it nowhere else.</summary>
    public static string? GetText(JsonElement owner)
    {
        StringBuilder? text = null;
        foreach (var detail in owner.EnumerateArrayOrEmpty("reasoning_details"))
        {
            if ((detail.GetStringOrNull("text") ?? detail.GetStringOrNull("summary")) is { } piece)
            {
                (text ??= new StringBuilder()).Append(piece);
            }
        }

        return text?.ToString();
    }

    /// <summary>Writes what earlier answers carried, or nothing.</summary>
    public static void Write(Utf8JsonWriter json, IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is TextReasoningContent { ProtectedData: ['[', ..] data } reasoning && !ReasoningOrigin.IsForeign(reasoning, OpenAIChatWireFormat.WireName) && TryParse(data) is { } document)
            {
                using (document)
                {
                    json.WritePropertyName("reasoning_details");
                    document.RootElement.WriteTo(json);
                }

                return;
            }
        }
    }

    private static JsonDocument? TryParse(string data)
    {
        try
        {
            return JsonDocument.Parse(data);
        }
        catch (JsonException)
        {
            // Protected data of another wire: signed for another provider, so of no use here.
            return null;
        }
    }

    private sealed class Block
    {
        private readonly JsonObject members = [];
        private readonly Dictionary<string, StringBuilder> texts = new(StringComparer.Ordinal);

        public bool IsContinuedBy(JsonObject piece) => Same(piece, "type") && Same(piece, "index") && (piece["id"] is null || Same(piece, "id"));

        public void Join(JsonObject piece)
        {
            foreach (var (name, value) in piece)
            {
                if (value is null)
                {
                    // Kept when it is the first word on a member: what comes back must be what was sent.
                    members.TryAdd(name, null);
                }
                else if (Array.IndexOf(Pieces, name) >= 0 && value.GetValueKind() == JsonValueKind.String)
                {
                    if (!texts.TryGetValue(name, out var text))
                    {
                        texts[name] = text = new StringBuilder();
                    }

                    text.Append(value.GetValue<string>());
                    members[name] = string.Empty;
                }
                else
                {
                    members[name] = value.DeepClone();
                }
            }
        }

        public string ToJson()
        {
            foreach (var (name, text) in texts)
            {
                members[name] = text.ToString();
            }

            return members.ToJsonString();
        }

        private bool Same(JsonObject piece, string name) => JsonNode.DeepEquals(members[name], piece[name]);
    }
}
