using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Reads the chunks of a streamed chat completion. Text and reasoning pass at once; tool calls when they are complete; usage last, since some report it with every chunk.</summary>
internal sealed class OpenAIChatStreamReader(OpenAIDialect dialect) : IWireStreamReader
{
    private readonly OpenAIChatContentReader contents = new(dialect);
    private readonly ToolCallFragments calls = new();
    private readonly ReasoningDetails details = new();
    private string? id;
    private string? model;
    private DateTimeOffset? created;
    private UsageDetails? usage;
    private JsonElement last;
    private bool reasons;

    /// <inheritdoc />
    public bool IsTerminated { get; private set; }

    /// <inheritdoc />
    public bool IsComplete { get; private set; }

    /// <inheritdoc />
    public bool HasFinishReason { get; private set; }

    /// <inheritdoc />
    public void Read(string eventType, ReadOnlySpan<byte> data, List<ChatResponseUpdate> updates)
    {
        if (data.Trim((byte)' ').SequenceEqual("[DONE]"u8))
        {
            IsTerminated = true;
            return;
        }

        var chunk = last = Parse(data);
        usage = OpenAIUsageReader.Read(chunk) ?? usage;
        if (eventType == "error" || OpenAIErrorReader.IsError(chunk))
        {
            throw OpenAIChatErrors.InAnswer(chunk, usage);
        }

        id ??= chunk.GetStringOrNull("id") is { Length: > 0 } given ? given : null;
        model ??= chunk.GetStringOrNull("model") is { Length: > 0 } named ? named : null;
        created ??= Timestamps.Read(chunk);
        foreach (var choice in chunk.EnumerateArrayOrEmpty("choices"))
        {
            // Other choices than the first are other answers; mixing them would make nonsense of both.
            if (choice.GetInt32OrNull("index") is null or 0)
            {
                ReadChoice(chunk, choice, updates);
            }
        }

        // The chunk that has usage and no choice is the last of its protocol but for [DONE], which some forget.
        IsComplete |= HasFinishReason && usage is not null && chunk.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() == 0;
    }

    /// <inheritdoc />
    public void Finish(List<ChatResponseUpdate> updates)
    {
        var left = new List<AIContent>();
        Flush(left);
        if (usage is not null)
        {
            left.Add(new UsageContent(usage));
        }

        if (left.Count > 0)
        {
            var update = Create(left, null);
            update.RawRepresentation = last;
            updates.Add(update);
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data);
            var chunk = JsonElement.ParseValue(ref reader);
            return chunk.ValueKind == JsonValueKind.Object ? chunk : throw OpenAIChatErrors.Malformed("an event of the stream is no JSON object", chunk);
        }
        catch (JsonException exception)
        {
            throw OpenAIChatErrors.Malformed("an event of the stream is no JSON", Encoding.UTF8.GetString(data), exception);
        }
    }

    private void ReadChoice(JsonElement chunk, JsonElement choice, List<ChatResponseUpdate> updates)
    {
        // Azure and some proxies end a stream with a whole message in place of a delta.
        if (!choice.TryGetObject("delta", out var delta))
        {
            choice.TryGetObject("message", out delta);
        }

        var read = new List<AIContent>();
        ReadReasoning(delta, read);
        OpenAIChatContentReader.ReadContent(delta, read);
        OpenAIChatContentReader.ReadOthers(delta, read);
        calls.Add(delta);
        var finish = OpenAIFinishReasons.Map(choice.GetStringOrNull("finish_reason"));
        if (finish is not null)
        {
            if (OpenAIErrorReader.IsError(choice))
            {
                throw OpenAIChatErrors.InAnswer(choice, usage);
            }

            // Some repeat it with their last chunk; one update carries it.
            finish = HasFinishReason ? null : finish;
            HasFinishReason = true;
            Flush(read);
        }

        if (read.Count > 0 || finish is not null)
        {
            var update = Create(read, finish);
            update.RawRepresentation = chunk;
            updates.Add(update);
        }
    }

    private void ReadReasoning(JsonElement delta, List<AIContent> read)
    {
        details.Add(delta);
        if ((contents.ReadReasoning(delta) ?? ReasoningDetails.GetText(delta)) is { Length: > 0 } reasoning)
        {
            // Once: what follows joins the first piece, whose properties are kept.
            read.Add(reasons ? new TextReasoningContent(reasoning) : ReasoningDetails.CreateContent(reasoning, null));
            reasons = true;
        }
    }

    private void Flush(List<AIContent> read)
    {
        if (details.TakeProtectedData() is { } data)
        {
            read.Insert(0, ReasoningDetails.CreateContent(string.Empty, data));
        }

        calls.MoveTo(read, id);
    }

    private ChatResponseUpdate Create(List<AIContent> read, ChatFinishReason? finish) => new(ChatRole.Assistant, read)
    {
        ResponseId = id,
        MessageId = id,
        ModelId = model,
        CreatedAt = created,
        FinishReason = finish,
    };
}
