using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Responses;

/// <summary>A content block whose deltas are still coming.</summary>
internal sealed class AnthropicStreamBlock
{
    private readonly JsonElement _start;
    private StringBuilder? _input;
    private StringBuilder? _compaction;
    private StringBuilder? _cited;
    private List<JsonElement>? _citations;

    public AnthropicStreamBlock(int index, JsonElement start)
    {
        Index = index;
        Type = start.GetStringOrNull("type") ?? string.Empty;
        _start = start;
        Signature = start.GetStringOrNull("signature");
        // A block that is going to cite says so at its start, with an empty list.
        HoldsText = Type == "text" && start.TryGet("citations", out var citations) && citations.ValueKind == JsonValueKind.Array;
        if (HoldsText)
        {
            foreach (var citation in start.EnumerateArrayOrEmpty("citations"))
            {
                AddCitation(citation);
            }
        }
    }

    public int Index { get; }

    public string Type { get; }

    /// <summary>Gets the signature of a thinking block.</summary>
    public string? Signature { get; private set; }

    /// <summary>Gets whether text has been handed out.</summary>
    public bool HasStreamed { get; set; }

    /// <summary>Gets whether the text is held back until the block is complete, so that it arrives as one with its citations. Such blocks are a sentence long.</summary>
    public bool HoldsText { get; private set; }

    /// <summary>Gets how many characters the block holds.</summary>
    public long Length { get; private set; }

    public void AppendText(string text) => Append(ref _cited, text);

    public void AppendSignature(string signature)
    {
        Signature += signature;
        Length += signature.Length;
    }

    public void AppendInput(string json) => Append(ref _input, json);

    public void AppendCompaction(string text) => Append(ref _compaction, text);

    public void AddCitation(JsonElement citation)
    {
        (_citations ??= []).Add(citation);
        HoldsText |= !HasStreamed;
    }

    /// <summary>Returns what the complete block comes to and has not been handed out, or <see langword="null"/>.</summary>
    public AIContent? Complete() => Type switch
    {
        "text" => CompleteText(),
        "thinking" => null,
        "redacted_thinking" => AnthropicBlockReader.CreateRedacted(_start.GetStringOrNull("data")),
        "tool_use" => AnthropicBlockReader.ReadCall(_start, _input is { Length: > 0 } ? _input.ToString() : null),
        _ => AnthropicBlockReader.Read(CompleteBlock()),
    };

    private void Append(ref StringBuilder? builder, string text)
    {
        (builder ??= new StringBuilder()).Append(text);
        Length += text.Length;
    }

    private TextContent? CompleteText()
    {
        var text = _cited?.ToString() ?? string.Empty;
        if (text.Length == 0 && _citations is null)
        {
            return null;
        }

        var content = new TextContent(text);
        if (_citations is not null)
        {
            content.Annotations = [];
            foreach (var citation in _citations)
            {
                content.Annotations.Add(AnthropicCitations.ReadOne(citation, text.Length));
            }
        }

        return content;
    }

    /// <summary>Puts what came in deltas into the block, so that it can be sent back in the next turn.</summary>
    private JsonElement CompleteBlock()
    {
        var input = _input?.ToString();
        if (input is not { Length: > 0 } || !IsJson(input))
        {
            // Input that was cut off is of no use to anyone: the provider ran the tool, or did not.
            input = null;
        }

        if (input is null && _compaction is null)
        {
            return _start;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in _start.EnumerateObject())
            {
                if (!(input is not null && member.NameEquals("input")) && !(_compaction is not null && member.NameEquals("content")))
                {
                    member.WriteTo(writer);
                }
            }

            if (input is not null)
            {
                writer.WritePropertyName("input");
                writer.WriteRawValue(input, skipInputValidation: true);
            }

            if (_compaction is not null)
            {
                writer.WriteString("content", _compaction.ToString());
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static bool IsJson(string text)
    {
        try
        {
            _ = JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
