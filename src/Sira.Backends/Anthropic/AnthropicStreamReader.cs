using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic.Responses;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic;

/// <summary>Reads a stream: a message that starts, content blocks that start, grow and stop, and the reason why the message stopped.</summary>
/// <remarks>
/// Text and thinking are handed out as they come; calls, and text that cites, when their block is complete. The usage of the events is cumulative and is handed out once, at the end.
/// Events and deltas of unknown types are ignored, as the provider asks of its clients.
/// </remarks>
internal sealed class AnthropicStreamReader(TimeProvider time) : IWireStreamReader
{
    /// <summary>The most characters that a block may hold back.</summary>
    internal const int MaximumBlockLength = 32 * 1024 * 1024;

    private readonly List<AnthropicStreamBlock> _blocks = [];
    private AnthropicUsage _usage;
    private bool _usageGiven;
    private string? _id;
    private string? _model;
    private DateTimeOffset? _created;

    public bool IsTerminated { get; private set; }

    // The event with the stop reason carries the usage too.
    public bool IsComplete => HasFinishReason;

    public bool HasFinishReason { get; private set; }

    public void Read(string eventType, ReadOnlySpan<byte> data, List<ChatResponseUpdate> updates)
    {
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        try
        {
            var body = JsonElement.Parse(data);
            if (body.ValueKind != JsonValueKind.Object)
            {
                throw AnthropicMalformed.Create("An event of the stream is not an object.", data, usage: _usage.ToDetails());
            }

            Dispatch(body.GetStringOrNull("type") ?? eventType, body, updates);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is what the reader throws for text that is JSON but no text, such as half a surrogate pair.
            throw AnthropicMalformed.Create("An event of the stream cannot be decoded.", data, exception, _usage.ToDetails());
        }
    }

    public void Finish(List<ChatResponseUpdate> updates)
    {
        // Without a finish reason the stream broke, and what is incomplete stays so.
        if (HasFinishReason)
        {
            CompleteBlocks(updates, default);
        }

        AddUsage(updates, default);
    }

    private void Dispatch(string type, JsonElement body, List<ChatResponseUpdate> updates)
    {
        switch (type)
        {
            case "message_start":
                Start(body, updates);
                break;
            case "content_block_start":
                StartBlock(body, updates);
                break;
            case "content_block_delta":
                if (body.TryGetObject("delta", out var delta))
                {
                    ReadDelta(FindBlock(body), delta, body, updates);
                }

                break;
            case "content_block_stop":
                if (FindBlock(body) is { } block)
                {
                    CompleteBlock(block, body, updates);
                }

                break;
            case "message_delta":
                ReadEnd(body, updates);
                break;
            case "message_stop":
                CompleteBlocks(updates, body);
                AddUsage(updates, body);
                IsTerminated = true;
                break;
            case "error":
                throw AnthropicErrorReader.Create(body, _usage.ToDetails());
        }
    }

    private void Start(JsonElement body, List<ChatResponseUpdate> updates)
    {
        if (body.TryGetObject("message", out var message))
        {
            _id = message.GetStringOrNull("id");
            _model = message.GetStringOrNull("model");
            if (message.TryGetObject("usage", out var usage))
            {
                _usage.Merge(usage);
            }
        }

        _created = time.GetUtcNow();
        updates.Add(CreateUpdate(null, body));
    }

    private void StartBlock(JsonElement body, List<ChatResponseUpdate> updates)
    {
        if (!body.TryGetObject("content_block", out var start))
        {
            return;
        }

        if (FindBlock(body) is { } earlier)
        {
            CompleteBlock(earlier, body, updates);
        }

        var block = new AnthropicStreamBlock(body.GetInt32OrNull("index") ?? 0, start);
        _blocks.Add(block);
        if (block.Type == "text" && start.GetStringOrNull("text") is { Length: > 0 } text)
        {
            AddText(block, text, body, updates);
        }
        else if (block.Type == "thinking" && start.GetStringOrNull("thinking") is { Length: > 0 } thinking)
        {
            AddThinking(block, thinking, body, updates);
        }
    }

    private void ReadDelta(AnthropicStreamBlock? block, JsonElement delta, JsonElement body, List<ChatResponseUpdate> updates)
    {
        if (block is null)
        {
            throw AnthropicMalformed.Create("The stream continues a content block that it did not start.", body.GetRawText(), usage: _usage.ToDetails());
        }

        switch (delta.GetStringOrNull("type"))
        {
            case "text_delta" when delta.GetStringOrNull("text") is { Length: > 0 } text:
                AddText(block, text, body, updates);
                break;
            case "thinking_delta" when delta.GetStringOrNull("thinking") is { Length: > 0 } thinking:
                AddThinking(block, thinking, body, updates);
                break;
            case "signature_delta" when delta.GetStringOrNull("signature") is { } signature:
                block.AppendSignature(signature);
                break;
            case "input_json_delta" when delta.GetStringOrNull("partial_json") is { } json:
                block.AppendInput(json);
                break;
            case "citations_delta" when delta.TryGetObject("citation", out var citation):
                block.AddCitation(citation);
                break;
            case "compaction_delta" when delta.GetStringOrNull("content") is { } summary:
                block.AppendCompaction(summary);
                break;
        }

        if (block.Length > MaximumBlockLength)
        {
            throw AnthropicMalformed.Create($"A content block of the stream holds more than the {MaximumBlockLength} characters that are kept.", string.Empty, usage: _usage.ToDetails());
        }
    }

    private void AddText(AnthropicStreamBlock block, string text, JsonElement body, List<ChatResponseUpdate> updates)
    {
        if (block.HoldsText)
        {
            block.AppendText(text);
            return;
        }

        block.HasStreamed = true;
        updates.Add(CreateUpdate(new TextContent(text), body));
    }

    private void AddThinking(AnthropicStreamBlock block, string thinking, JsonElement body, List<ChatResponseUpdate> updates)
    {
        var content = new TextReasoningContent(thinking);
        if (!block.HasStreamed)
        {
            // Once per block: coalescing keeps the properties of the first.
            block.HasStreamed = true;
            ReasoningOrigin.Mark(content, AnthropicWireFormat.WireName);
        }

        updates.Add(CreateUpdate(content, body));
    }

    private void ReadEnd(JsonElement body, List<ChatResponseUpdate> updates)
    {
        if (body.TryGetObject("usage", out var usage))
        {
            _usage.Merge(usage);
        }

        if (HasFinishReason || !body.TryGetObject("delta", out var delta) || AnthropicStop.ReadReason(delta) is not { } reason)
        {
            return;
        }

        CompleteBlocks(updates, body);
        HasFinishReason = true;
        var update = CreateUpdate(AnthropicStop.ReadRefusal(delta), body);
        update.FinishReason = reason;
        update.AdditionalProperties = AnthropicStop.ReadProperties(body, AnthropicStop.ReadProperties(delta));
        updates.Add(update);
    }

    private AnthropicStreamBlock? FindBlock(JsonElement body)
    {
        var index = body.GetInt32OrNull("index") ?? 0;
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Index == index)
            {
                return _blocks[i];
            }
        }

        return null;
    }

    private void CompleteBlocks(List<ChatResponseUpdate> updates, JsonElement body)
    {
        while (_blocks.Count > 0)
        {
            CompleteBlock(_blocks[0], body, updates);
        }
    }

    private void CompleteBlock(AnthropicStreamBlock block, JsonElement body, List<ChatResponseUpdate> updates)
    {
        _blocks.Remove(block);
        if (block.Type == "thinking")
        {
            if (!string.IsNullOrEmpty(block.Signature))
            {
                var signed = new TextReasoningContent(string.Empty) { ProtectedData = block.Signature };
                updates.Add(CreateUpdate(block.HasStreamed ? signed : ReasoningOrigin.Mark(signed, AnthropicWireFormat.WireName), body));
            }
        }
        else if (block.Complete() is { } content)
        {
            AnthropicMalformed.ThrowIfIncomplete(content, body, _usage.ToDetails());
            updates.Add(CreateUpdate(content, body));
        }
    }

    private void AddUsage(List<ChatResponseUpdate> updates, JsonElement body)
    {
        if (!_usageGiven && _usage.ToDetails() is { } usage)
        {
            _usageGiven = true;
            updates.Add(CreateUpdate(new UsageContent(usage), body));
        }
    }

    private ChatResponseUpdate CreateUpdate(AIContent? content, JsonElement body) => new(ChatRole.Assistant, content is null ? [] : [content])
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = _model,
        CreatedAt = _created,
        RawRepresentation = body.ValueKind == JsonValueKind.Undefined ? null : body,
    };
}
