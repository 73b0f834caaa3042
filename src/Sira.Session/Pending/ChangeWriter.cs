using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using Sira.Session.Context.Building;
using Sira.Session.Errors;
using Sira.Session.Format;
using Sira.Session.History;
using Sira.Session.Turns;
using Sira.Session.Views;
using Sira.Storage.Events;
using Sira.Tokens;

namespace Sira.Session.Pending;

/// <summary>Writes changes as the events that follow a view, within the limits.</summary>
internal sealed class ChangeWriter
{
    private readonly SessionOptions options;
    private readonly ITokenEstimator tokens;
    private readonly long requestTokens;

    public ChangeWriter(SessionOptions options, ITokenEstimator tokens)
    {
        (this.options, this.tokens) = (options, tokens);
        requestTokens = tokens.Estimate([], options: null, options.TokenFamily);
    }

    /// <summary>Writes changes.</summary>
    /// <param name="view">The view that they follow.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="at">When they are made.</param>
    /// <returns>The events.</returns>
    /// <exception cref="SessionLimitException">They would make the session too large.</exception>
    /// <exception cref="SessionContentException">One of them cannot be written.</exception>
    public EventData[] Write(SessionView view, SessionChanges changes, DateTimeOffset at)
    {
        using var writer = new EventWriter(at);
        var version = view.Version;
        var messages = view.Messages.Count;
        var last = messages == 0 ? null : view.Messages[messages - 1].Header;
        var state = view.State;
        SessionTurn? turn = null;
        foreach (var change in changes.Items)
        {
            version++;
            switch (change)
            {
                case PendingMessage message:
                    if (++messages > options.MaximumMessages)
                    {
                        throw Limit(view, nameof(SessionOptions.MaximumMessages), options.MaximumMessages, $"has {view.Messages.Count} messages, and at most {options.MaximumMessages} are taken. Rewind it or begin another one");
                    }

                    last = Write(writer, view, message, new MessageHeader(version, turn?.Version ?? TurnOf(message.Message.Role, version, last, view.OpenTurn), message.Message.Role, Tokens: 0) { IsPartial = message.IsPartial });
                    break;
                case PendingTurnStart:
                    turn = new SessionTurn(version + 1);
                    writer.TurnStarted(turn.Value);
                    break;
                case PendingTurn named:
                    version--;
                    turn = named.Turn;
                    break;
                case PendingTurnEnd ended:
                    writer.TurnEnded(ended.Turn, ended.End);
                    turn = null;
                    break;
                case PendingState set:
                    state = state.With(version, set.Key, set.Value);
                    if (set.Value is not null && state.Bytes > options.MaximumStateBytes)
                    {
                        throw Limit(view, nameof(SessionOptions.MaximumStateBytes), options.MaximumStateBytes, $"would have {state.Bytes} bytes of state with '{set.Key}', and at most {options.MaximumStateBytes} are taken. Remove something or keep it elsewhere");
                    }

                    writer.State(set.Key, set.Value);
                    break;
                case PendingSummary summary:
                    writer.Summary(summary.Summary);
                    break;
                case PendingRewind rewind:
                    writer.Rewound(rewind.Version);
                    break;
                case PendingBare bare:
                    writer.Bare(bare.Type);
                    break;
            }
        }

        return writer.ToEvents();
    }

    // What people say after an answer begins a turn; what they add before there is one belongs to the same.
    private static long TurnOf(ChatRole role, long version, MessageHeader? last, SessionTurn? open) =>
        role != ChatRole.User && open is { } turn ? turn.Version
        : last is null || (role == ChatRole.User && last.Role != ChatRole.User && last.Role != ChatRole.System) ? version : last.Turn;

    private static SessionLimitException Limit(SessionView view, string limit, long maximum, string what) =>
        new(view.Identity.Key, limit, maximum, $"The session '{view.Identity.Key}' {what}, or raise {nameof(SessionOptions)}.{limit}.");

    private MessageHeader Write(EventWriter writer, SessionView view, PendingMessage pending, MessageHeader header)
    {
        var message = pending.Message;
        List<string>? calls = null;
        List<string>? results = null;
        var contents = message.Contents;
        for (var i = 0; i < contents.Count; i++)
        {
            if (MessageCalls.CallOf(contents[i]) is { } call)
            {
                (calls ??= []).Add(call);
            }
            else if (MessageCalls.ResultOf(contents[i]) is { } result)
            {
                (results ??= []).Add(result);
            }
        }

        header = header with { Tokens = (int)Math.Clamp(tokens.Estimate([message], options: null, options.TokenFamily) - requestTokens, 1, int.MaxValue), Calls = calls ?? [], Results = results ?? [] };
        int length;
        try
        {
            length = writer.Message(header, message);
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw new SessionContentException(view.Identity.Key, $"A message of the {header.Role.Value} cannot be written as JSON: {Explain(exception)}. Give additional properties and results of tools as JSON, texts, numbers, or their lists and dictionaries, at most {ContentJson.MaximumDepth} deep.", exception);
        }

        return length <= options.MaximumMessageBytes
            ? header
            : throw Limit(view, nameof(SessionOptions.MaximumMessageBytes), options.MaximumMessageBytes, $"was to get a message of {length} bytes, and at most {options.MaximumMessageBytes} are taken. Keep large contents elsewhere and refer to them");
    }

    // Of a number that JSON does not have the serializer advises on options of its own, which cannot be set here.
    private static string Explain(Exception exception) =>
        exception.Message.Contains(nameof(JsonNumberHandling), StringComparison.Ordinal) ? "it has a number that is NaN or infinite" : exception.Message.TrimEnd('.');
}
