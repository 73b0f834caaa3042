using System.Text.Json.Serialization.Metadata;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Session.History;
using Sira.Session.Pending;
using Sira.Session.Turns;

namespace Sira.Session;

/// <summary>What is to be appended to a session together: all of it or nothing. Not thread-safe; can be appended again after a conflict.</summary>
public sealed class SessionChanges
{
    private readonly List<PendingChange> items = [];

    internal IReadOnlyList<PendingChange> Items => items;

    /// <summary>Adds a message.</summary>
    /// <remarks>It belongs to the turn that <see cref="StartTurn"/> or <see cref="InTurn"/> named before it. Without one, a message of the user that follows an answer begins a turn of its own, and every other message belongs to the turn that is open, or else to that of the message before it.</remarks>
    /// <param name="message">The message. It is written as JSON: what cannot be, such as <see cref="ChatMessage.RawRepresentation"/>, is not kept.</param>
    /// <param name="isPartial">Whether it is an answer that ended before it was whole.</param>
    /// <returns>This object.</returns>
    public SessionChanges Add(ChatMessage message, bool isPartial = false)
    {
        ArgumentNullException.ThrowIfNull(message);
        items.Add(new PendingMessage(message, isPartial));
        return this;
    }

    /// <summary>Adds messages, see <see cref="Add(ChatMessage, bool)"/>.</summary>
    /// <param name="messages">The messages.</param>
    /// <returns>This object.</returns>
    public SessionChanges Add(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var message in messages)
        {
            Add(message);
        }

        return this;
    }

    /// <summary>Starts a turn; the messages that follow belong to it. What turn it is tells <see cref="ISession.OpenTurn"/> once it was appended.</summary>
    /// <returns>This object.</returns>
    public SessionChanges StartTurn()
    {
        items.Add(new PendingTurnStart());
        return this;
    }

    /// <summary>Puts the messages that follow into a turn that was started before.</summary>
    /// <param name="turn">The turn.</param>
    /// <returns>This object.</returns>
    public SessionChanges InTurn(SessionTurn turn)
    {
        items.Add(new PendingTurn(turn));
        return this;
    }

    /// <summary>Ends a turn.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="end">How it has ended.</param>
    /// <returns>This object.</returns>
    public SessionChanges EndTurn(SessionTurn turn, TurnEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        items.Add(new PendingTurnEnd(turn, end));
        return this;
    }

    /// <summary>Sets a value of the session's state.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key; not empty.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How it is written, from a source-generated context.</param>
    /// <returns>This object.</returns>
    public SessionChanges Set<T>(string key, T value, JsonTypeInfo<T> type)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(type);
        items.Add(new PendingState(key, JsonSerializer.SerializeToUtf8Bytes(value, type)));
        return this;
    }

    /// <summary>Removes a value of the session's state. That there is none is fine.</summary>
    /// <param name="key">The key; not empty.</param>
    /// <returns>This object.</returns>
    public SessionChanges Remove(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        items.Add(new PendingState(key, Value: null));
        return this;
    }

    /// <summary>Adds a summary. What it stands for stays in the log.</summary>
    /// <param name="summary">The summary; its version is given to it when it is appended.</param>
    /// <returns>This object.</returns>
    public SessionChanges Add(SessionSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        items.Add(new PendingSummary(summary));
        return this;
    }

    internal SessionChanges Rewind(long version)
    {
        items.Add(new PendingRewind(version));
        return this;
    }

    internal SessionChanges Change(string type)
    {
        items.Add(new PendingBare(type));
        return this;
    }
}
