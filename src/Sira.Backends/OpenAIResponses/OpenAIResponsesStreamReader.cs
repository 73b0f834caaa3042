using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;
using Sira.Errors;

namespace Sira.Backends.OpenAIResponses;

/// <summary>Reads one stream. Events that are not known are passed on as updates without contents, so that new ones never break a stream and a caller can still see them.</summary>
/// <param name="origin">Whose the contents are.</param>
internal sealed class OpenAIResponsesStreamReader(string origin) : IWireStreamReader
{
    private readonly ResponsesStreamItems _items = new();
    private string? _responseId;
    private string? _modelId;
    private string? _conversationId;
    private string? _messageId;
    private DateTimeOffset? _createdAt;
    private bool _isBackground;
    private bool _isIdentified;

    public bool IsTerminated { get; private set; }

    public bool HasFinishReason { get; private set; }

    public void Read(string eventType, ReadOnlySpan<byte> data, List<ChatResponseUpdate> updates)
    {
        data = data.Trim(" \r\n\t"u8);
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        var element = Parse(data);
        var first = updates.Count;
        Dispatch(element.GetStringOrNull("type") ?? eventType, element, updates);
        for (var i = first; i < updates.Count; i++)
        {
            ResponsesOrigin.Mark(updates[i].Contents, origin);
        }
    }

    public void Finish(List<ChatResponseUpdate> updates)
    {
        // A call whose arguments are complete is whole even if its end was never announced. One with half its arguments is not: it must not run.
        foreach (var item in _items.Pending)
        {
            EndCall(default, item.Announced, item, updates);
        }
    }

    private void Dispatch(string type, JsonElement element, List<ChatResponseUpdate> updates)
    {
        switch (type)
        {
            case "error":
                IsTerminated = true;
                throw OpenAIResponsesErrorReader.CreateException(element, usage: null);
            case "response.created" or "response.queued" or "response.in_progress":
                Identify(element, updates);
                break;
            case "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled" or "response.done":
                Complete(element, updates);
                break;
            case "response.output_item.added":
                StartItem(element);
                break;
            case "response.output_item.done":
                if (element.TryGetObject("item", out var item))
                {
                    EndItem(element, item, _items.Get(element, item.GetStringOrNull("id")), updates);
                }

                break;
            default:
                ReadFragment(type, element, updates);
                break;
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            var element = JsonElement.Parse(data);
            return element.ValueKind == JsonValueKind.Object ? element : throw OpenAIResponsesResponseReader.CreateMalformed("An event of the stream is not a JSON object.", element);
        }
        catch (JsonException exception)
        {
            throw OpenAIResponsesResponseReader.CreateMalformed("An event of the stream is not JSON.", Encoding.UTF8.GetString(data[..Math.Min(data.Length, BackendException.MaximumExcerptLength)]), exception);
        }
    }

    private void ReadFragment(string type, JsonElement element, List<ChatResponseUpdate> updates)
    {
        switch (type)
        {
            case "response.output_text.delta":
                AddText(element, element.GetStringOrNull("delta"), updates);
                break;
            case "response.output_text.done" when !_items.Get(element).HasText:
                AddText(element, element.GetStringOrNull("text"), updates);
                break;
            case "response.output_text.annotation.added" when element.TryGetObject("annotation", out var annotation):
                _items.Get(element).Annotations.Add(ResponsesAnnotations.Read(annotation));
                updates.Add(CreateUpdate(element));
                break;
            case "response.reasoning_summary_part.added":
                var reasoning = _items.Get(element);
                reasoning.StartsPart = reasoning.HasText;
                break;
            case "response.reasoning_summary_text.delta":
                AddReasoning(element, element.GetStringOrNull("delta"), isSummary: true, updates);
                break;
            case "response.reasoning_text.delta":
                AddReasoning(element, element.GetStringOrNull("delta"), isSummary: false, updates);
                break;
            case "response.function_call_arguments.delta" or "response.refusal.delta":
                _items.Get(element).Append(element.GetStringOrNull("delta"));
                break;
            case "response.function_call_arguments.done":
                var call = _items.Get(element);
                call.Arguments = element.GetStringOrNull("arguments") ?? call.Fragments ?? string.Empty;
                break;
            case "response.refusal.done":
                var refused = _items.Get(element);
                refused.HasRefusal = true;
                Add(updates, element, new ErrorContent(element.GetStringOrNull("refusal") ?? refused.Fragments) { ErrorCode = ResponsesPartReader.RefusalCode });
                break;

            // They repeat what the fragments said, or announce what the fragments will say.
            case "response.output_text.done" or "response.reasoning_summary_text.done" or "response.reasoning_text.done" or "response.reasoning_summary_part.done"
                or "response.content_part.added" or "response.content_part.done":
                break;
            default:
                if (type.StartsWith("response.", StringComparison.Ordinal))
                {
                    // The progress of a tool that the provider runs, a preview of an image, and what is yet to be invented.
                    updates.Add(CreateUpdate(element));
                }

                break;
        }
    }

    private void Identify(JsonElement element, List<ChatResponseUpdate> updates)
    {
        if (!element.TryGetObject("response", out var response))
        {
            return;
        }

        _responseId ??= response.GetStringOrNull("id");
        _modelId ??= response.GetStringOrNull("model");
        _createdAt ??= ResponsesOutcome.ReadCreatedAt(response);
        _conversationId ??= ResponsesOutcome.ReadConversationId(response);
        _isBackground |= response.GetBooleanOrNull("background") == true;
        if (!_isIdentified)
        {
            _isIdentified = true;
            updates.Add(CreateUpdate(element));
        }
    }

    private void StartItem(JsonElement element)
    {
        if (!element.TryGetObject("item", out var item))
        {
            return;
        }

        _items.Start(element, item);
        if (item.GetStringOrNull("type") == "message" && item.GetStringOrNull("id") is { } id)
        {
            // Further message items start further messages, as in a response that arrives whole.
            _messageId = id;
        }
    }

    private void AddText(JsonElement element, string? text, List<ChatResponseUpdate> updates)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        var item = _items.Get(element);
        var content = new TextContent(text);
        if (!item.HasText && item.Id is not null)
        {
            // The first text is the one whose properties are kept when the fragments are put together.
            ResponsesProperties.Set(content, ResponsesProperties.Item, ResponsesStreamItems.ReadMessageMembers(item));
        }

        item.HasText = true;
        Add(updates, element, content);
    }

    private void AddReasoning(JsonElement element, string? text, bool isSummary, List<ChatResponseUpdate> updates)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        var item = _items.Get(element);
        var content = new TextReasoningContent(item.StartsPart ? ResponsesReasoning.PartSeparator + text : text);
        if (!item.HasText)
        {
            ResponsesProperties.Set(content, ResponsesProperties.Item, ResponsesReasoning.StartStreamed(item.Id, isSummary));
        }

        item.StartsPart = false;
        item.HasText = true;
        Add(updates, element, content);
    }

    private void EndItem(JsonElement element, JsonElement item, ResponsesStreamItem state, List<ChatResponseUpdate> updates)
    {
        if (state.IsDone)
        {
            return;
        }

        switch (item.GetStringOrNull("type"))
        {
            case "message" when state.HasText || state.HasRefusal:
                EndMessage(element, item, state, updates);
                break;
            case "reasoning" when state.HasText:
                EndReasoning(element, item, updates);
                break;
            case "function_call" when ResponsesItemReader.GetName(item, "call_id") is not null && ResponsesItemReader.GetName(item, "name") is not null:
                state.Arguments = item.GetStringOrNull("arguments") is { Length: > 0 } arguments ? arguments : state.Arguments ?? state.Fragments ?? string.Empty;
                EndCall(element, item, state, updates);
                break;
            default:
                var update = CreateUpdate(element);
                ResponsesItemReader.Read(item, update.Contents);
                if (item.GetStringOrNull("type") == "message" && item.GetStringOrNull("id") is { } id)
                {
                    update.MessageId = _messageId = id;
                }

                if (update.Contents.Count > 0)
                {
                    updates.Add(update);
                }

                break;
        }

        if (!state.IsDone)
        {
            state.IsDone = true;
            _items.Count(item);
        }
    }

    private void EndMessage(JsonElement element, JsonElement item, ResponsesStreamItem state, List<ChatResponseUpdate> updates)
    {
        // Most tell of the annotations twice, some only in the end.
        List<AIAnnotation> annotations = [];
        foreach (var part in item.EnumerateArrayOrEmpty("content"))
        {
            annotations.AddRange(ResponsesAnnotations.ReadAll(part) ?? []);
        }

        annotations = annotations.Count > 0 ? annotations : state.Annotations;
        if (annotations.Count > 0)
        {
            Add(updates, element, new TextContent(string.Empty) { Annotations = annotations });
        }
    }

    private void EndReasoning(JsonElement element, JsonElement item, List<ChatResponseUpdate> updates)
    {
        if (item.GetStringOrNull("encrypted_content") is { } encrypted)
        {
            Add(updates, element, new TextReasoningContent(string.Empty) { ProtectedData = encrypted, RawRepresentation = item });
        }
    }

    private void EndCall(JsonElement element, JsonElement item, ResponsesStreamItem state, List<ChatResponseUpdate> updates)
    {
        if (state.Arguments is not null && ResponsesItemReader.GetName(item, "call_id") is { } callId && ResponsesItemReader.GetName(item, "name") is { } name)
        {
            Add(updates, element, ResponsesItemReader.ReadCall(item, callId, name, state.Arguments));
            state.IsDone = true;
            _items.Count(item);
        }
    }

    private void Complete(JsonElement element, List<ChatResponseUpdate> updates)
    {
        IsTerminated = true;
        Identify(element, updates);
        _ = element.TryGetObject("response", out var response);
        var index = 0;
        foreach (var item in response.EnumerateArrayOrEmpty("output"))
        {
            // Usually all are done by now; a provider that announces nothing has all of them here.
            if (item.ValueKind == JsonValueKind.Object)
            {
                EndItem(element, item, _items.Find(item.GetStringOrNull("id"), index), updates);
            }

            index++;
        }

        foreach (var item in _items.Pending)
        {
            EndCall(element, item.Announced, item, updates);
        }

        var finish = ResponsesOutcome.ReadFinishReason(response, _items.AwaitsClient)
            ?? (_items.AwaitsClient ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop);
        var update = CreateUpdate(element);
        update.ContinuationToken = null;
        update.FinishReason = finish;
        update.MessageId = _messageId ?? _responseId;
        if (ResponsesUsageReader.Read(response) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        HasFinishReason = true;
        updates.Add(update);
    }

    private void Add(List<ChatResponseUpdate> updates, JsonElement element, AIContent content)
    {
        var update = CreateUpdate(element);
        update.Contents.Add(content);
        updates.Add(update);
    }

    private ChatResponseUpdate CreateUpdate(JsonElement element)
    {
        var update = new ChatResponseUpdate
        {
            Role = ChatRole.Assistant,
            ResponseId = _responseId,
            ModelId = _modelId,
            ConversationId = _conversationId,
            MessageId = _messageId,
            CreatedAt = _createdAt,
            RawRepresentation = element.ValueKind == JsonValueKind.Undefined ? null : element,
        };
        if (_isBackground && _responseId is not null)
        {
            update.ContinuationToken = new ResponsesContinuation(_responseId, element.GetInt64OrNull("sequence_number")).ToToken();
        }

        return update;
    }
}
