using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Sira.Session.History;
using Sira.Session.Turns;
using Sira.Session.Views;
using Sira.Storage.Events;

namespace Sira.Session.Format;

/// <summary>Writes the bodies of events: JSON that begins with <c>v</c>, the oldest format whose readers understand the log with this event in it, and <c>at</c>, in milliseconds since 1970.</summary>
/// <remarks>
/// A later version that adds something which older ones may pass over writes it with the old <c>v</c>; they skip a type that they do not know, and properties that they do not know. What must not be passed over gets a higher <c>v</c>, and they refuse the log.
/// What may be long stands last, so that readers find its end without reading it.
/// </remarks>
internal sealed class EventWriter : IDisposable
{
    /// <summary>The newest format that is known.</summary>
    public const int Format = 1;

    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly List<(string Type, int Start)> starts = [];
    private readonly Utf8JsonWriter json;
    private readonly long at;

    public EventWriter(DateTimeOffset at)
    {
        this.at = at.ToUnixTimeMilliseconds();
        json = new Utf8JsonWriter(buffer, ContentJson.Writer);
    }

    private static JsonTypeInfo<ChatMessage> MessageType { get; } = (JsonTypeInfo<ChatMessage>)ContentJson.Options.GetTypeInfo(typeof(ChatMessage));

    private static JsonTypeInfo<UsageDetails> UsageType { get; } = (JsonTypeInfo<UsageDetails>)ContentJson.Options.GetTypeInfo(typeof(UsageDetails));

    public void Created(SessionInfo info)
    {
        Begin(EventTypes.Created);
        Info(info);
        End();
    }

    public void Forked(SessionInfo info, IReadOnlyList<StreamPiece> ancestors)
    {
        Begin(EventTypes.Forked);
        Info(info);
        json.WriteString("parent"u8, info.Parent);
        json.WriteNumber("version"u8, info.ParentVersion);
        json.WriteStartArray("chain"u8);
        foreach (var piece in ancestors)
        {
            json.WriteStartObject();
            json.WriteString("stream"u8, piece.Stream);
            json.WriteNumber("base"u8, piece.Base);
            json.WriteNumber("upTo"u8, piece.UpTo);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        End();
    }

    /// <summary>Writes a message.</summary>
    /// <returns>How long its JSON is.</returns>
    public int Message(MessageHeader header, ChatMessage message)
    {
        Begin(EventTypes.Message);
        json.WriteNumber("turn"u8, header.Turn);
        json.WriteString("role"u8, header.Role.Value);
        json.WriteNumber("tokens"u8, header.Tokens);
        Ids("calls"u8, header.Calls);
        Ids("results"u8, header.Results);
        if (header.IsPartial)
        {
            json.WriteBoolean("partial"u8, value: true);
        }

        json.WritePropertyName("message"u8);
        json.Flush();
        var start = buffer.WrittenCount;
        JsonSerializer.Serialize(json, message, MessageType);
        json.Flush();
        var length = buffer.WrittenCount - start;
        End();
        return length;
    }

    public void TurnStarted(SessionTurn turn)
    {
        Begin(EventTypes.TurnStarted);
        json.WriteNumber("turn"u8, turn.Version);
        End();
    }

    public void TurnEnded(SessionTurn turn, TurnEnd end)
    {
        Begin(end.Outcome switch
        {
            TurnOutcome.Completed => EventTypes.TurnCompleted,
            TurnOutcome.Failed => EventTypes.TurnFailed,
            _ => EventTypes.TurnCancelled,
        });
        json.WriteNumber("turn"u8, turn.Version);
        Text("finish"u8, end.FinishReason?.Value);
        Text("model"u8, end.Model);
        Text("error"u8, end.Error);
        if (end.Usage is { } usage)
        {
            json.WritePropertyName("usage"u8);
            JsonSerializer.Serialize(json, usage, UsageType);
        }

        End();
    }

    public void State(string key, ReadOnlyMemory<byte>? value)
    {
        Begin(EventTypes.State);
        json.WriteString("key"u8, key);
        if (value is { } set)
        {
            json.WritePropertyName("value"u8);
            json.WriteRawValue(set.Span);
        }

        End();
    }

    public void Summary(SessionSummary summary)
    {
        Begin(EventTypes.Summary);
        json.WriteNumber("from"u8, summary.From);
        json.WriteNumber("to"u8, summary.To);
        json.WriteNumber("tokens"u8, summary.Tokens);
        json.WriteNumber("level"u8, summary.Level);
        json.WriteString("compactor"u8, summary.Compactor);
        Text("model"u8, summary.Model);
        json.WriteString("text"u8, summary.Text);
        End();
    }

    public void Rewound(long to)
    {
        Begin(EventTypes.Rewound);
        json.WriteNumber("to"u8, to);
        End();
    }

    /// <summary>Writes an event that says nothing beyond its type.</summary>
    public void Bare(string type)
    {
        Begin(type);
        End();
    }

    /// <summary>The events that were written. They share their memory, which is written to no more.</summary>
    public EventData[] ToEvents()
    {
        var events = new EventData[starts.Count];
        var written = buffer.WrittenMemory;
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = new EventData(starts[i].Type, written[starts[i].Start..(i + 1 < events.Length ? starts[i + 1].Start : written.Length)]);
        }

        return events;
    }

    public void Dispose() => json.Dispose();

    private void Begin(string type)
    {
        starts.Add((type, buffer.WrittenCount));
        json.WriteStartObject();
        json.WriteNumber("v"u8, 1);
        json.WriteNumber("at"u8, at);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
    }

    private void Info(SessionInfo info)
    {
        json.WriteString("id"u8, info.Key.Id);
        Text("user"u8, info.User);
        Time("idle"u8, info.IdleTimeToLive);
        Time("total"u8, info.TimeToLive);
    }

    private void Ids(ReadOnlySpan<byte> name, IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        for (var i = 0; i < ids.Count; i++)
        {
            json.WriteStringValue(ids[i]);
        }

        json.WriteEndArray();
    }

    private void Text(ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private void Time(ReadOnlySpan<byte> name, TimeSpan? time)
    {
        if (time is { } value)
        {
            json.WriteNumber(name, (long)value.TotalMilliseconds);
        }
    }
}
