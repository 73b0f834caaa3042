using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.History;
using Sira.Session.Turns;

namespace Sira.Session.Format;

/// <summary>Reads the bodies of events. See <see cref="EventWriter"/>.</summary>
internal static class EventReader
{
    private static JsonTypeInfo<UsageDetails> UsageType { get; } = (JsonTypeInfo<UsageDetails>)ContentJson.Options.GetTypeInfo(typeof(UsageDetails));

    /// <summary>Reads an event.</summary>
    /// <param name="key">The session, for errors.</param>
    /// <param name="version">Its version in the session.</param>
    /// <param name="type">What it is called.</param>
    /// <param name="data">Its body.</param>
    /// <returns>The event; one of an unknown type that may be passed over is a <see cref="UnknownSessionEvent"/>.</returns>
    /// <exception cref="SessionFormatException">It is damaged, or must not be passed over.</exception>
    public static SessionEvent Read(SessionKey key, long version, string type, ReadOnlyMemory<byte> data)
    {
        try
        {
            var body = EventBody.Read(data, EventTypes.IsKnown(type));
            return body.V is >= 1 and <= EventWriter.Format
                ? Make(version, type, body) ?? throw Damaged(key, version, type, innerException: null)
                : body.V > EventWriter.Format
                ? throw new SessionFormatException(key, version, $"The event '{type}' at version {version} of the session '{key}' asks for a reader of format {body.V}, and {EventWriter.Format} is the newest that is known here. Use the version of Sira that wrote it, or a newer one.")
                : throw Damaged(key, version, type, innerException: null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw Damaged(key, version, type, exception);
        }
    }

    // Nothing where something is missing that the event cannot be without.
    private static SessionEvent? Make(long version, string type, in EventBody body)
    {
        var at = body.At;
        switch (type)
        {
            case EventTypes.Message:
                return body is { Role: { } role, Turn: { } of } && !body.Last.IsEmpty
                    ? new MessageAdded(version, at, new SessionMessage(new MessageHeader(version, of, new ChatRole(role), body.Tokens) { At = at, Calls = body.Calls ?? [], Results = body.Results ?? [], IsPartial = body.IsPartial }, body.Last))
                    : null;
            case EventTypes.TurnStarted:
                return body.Turn is { } started ? new TurnStarted(version, at, new SessionTurn(started)) : null;
            case EventTypes.TurnCompleted or EventTypes.TurnFailed or EventTypes.TurnCancelled:
                return body.Turn is { } ended ? new TurnEnded(version, at, new SessionTurn(ended), EndOf(type, body)) : null;
            case EventTypes.State:
                return body.Key is { } name ? new StateChanged(version, at, name, body.Last.IsEmpty ? default(ReadOnlyMemory<byte>?) : body.Last) : null;
            case EventTypes.Summary:
                return body is { From: { } from, To: { } to, Text: { } text }
                    ? new SummaryAdded(version, at, new SessionSummary(version, from, to, text, body.Tokens) { Compactor = body.Compactor ?? string.Empty, Model = body.Model, Level = body.Level })
                    : null;
            case EventTypes.Rewound:
                return body.To is { } target && target >= 1 && target < version ? new SessionRewound(version, at, target) : null;
            case EventTypes.Created:
                return body.Id is { } id ? new SessionCreated(version, at, id, body.User, body.Idle, body.Total) : null;
            case EventTypes.Forked:
                return body is { Id: { } forkId, Parent: { } parent, ParentVersion: { } left, Chain: { Count: > 0 } chain }
                    ? new SessionForked(version, at, forkId, body.User, body.Idle, body.Total, parent, left) { Ancestors = chain }
                    : null;
            case EventTypes.Archived:
                return new LifecycleChanged(version, at, SessionLifecycle.Archived);
            case EventTypes.Resumed:
                return new LifecycleChanged(version, at, SessionLifecycle.Active);
            case EventTypes.Closed:
                return new LifecycleChanged(version, at, SessionLifecycle.Closed);
            case EventTypes.Erased:
                return new SessionErased(version, at);
            default:
                return new UnknownSessionEvent(version, at, type);
        }
    }

    private static TurnEnd EndOf(string type, in EventBody body) => new(type switch
    {
        EventTypes.TurnCompleted => TurnOutcome.Completed,
        EventTypes.TurnFailed => TurnOutcome.Failed,
        _ => TurnOutcome.Cancelled,
    })
    {
        FinishReason = body.Finish is { } finish ? new ChatFinishReason(finish) : null,
        Model = body.Model,
        Error = body.Error,
        Usage = body.Usage.IsEmpty ? null : JsonSerializer.Deserialize(body.Usage.Span, UsageType),
    };

    private static SessionFormatException Damaged(SessionKey key, long version, string type, Exception? innerException) =>
        new(key, version, $"The event '{type}' at version {version} of the session '{key}' is damaged. Restore the engine from a backup, or fork the session from before it.", innerException);
}
