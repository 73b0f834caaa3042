using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Sira.Session.Errors;
using Sira.Session.History;
using Sira.Session.Turns;

namespace Sira.Session;

/// <summary>What is done with sessions most.</summary>
public static class SessionExtensions
{
    /// <summary>Appends messages.</summary>
    /// <param name="session">The session.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now. Exceptions as of <see cref="ISession.AppendAsync"/>.</returns>
    public static ValueTask<long> AppendAsync(this ISession session, IEnumerable<ChatMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.AppendAsync(new SessionChanges().Add(messages), cancellationToken);
    }

    /// <summary>Appends the messages that a turn begins with, and that it was started, as one.</summary>
    /// <param name="session">The session.</param>
    /// <param name="messages">The messages; may be none, where an answer is asked for anew.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The turn. Exceptions as of <see cref="ISession.AppendAsync"/>.</returns>
    public static async ValueTask<SessionTurn> StartTurnAsync(this ISession session, IEnumerable<ChatMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        var list = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        var version = await session.AppendAsync(new SessionChanges().StartTurn().Add(list), cancellationToken).ConfigureAwait(false);
        return new SessionTurn(version - list.Count + 1);
    }

    /// <summary>Appends the messages that answer a turn, and how it has ended, as one. Where it has failed or was cancelled, an answer that comes last is marked as partial.</summary>
    /// <param name="session">The session.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="messages">The messages; may be none.</param>
    /// <param name="end">How it has ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now. Exceptions as of <see cref="ISession.AppendAsync"/>.</returns>
    public static ValueTask<long> EndTurnAsync(this ISession session, SessionTurn turn, IEnumerable<ChatMessage> messages, TurnEnd end, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(end);
        var list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var changes = new SessionChanges().InTurn(turn);
        for (var i = 0; i < list.Count; i++)
        {
            changes.Add(list[i], end.Outcome is not TurnOutcome.Completed && i == list.Count - 1 && list[i].Role == ChatRole.Assistant);
        }

        return session.AppendAsync(changes.EndTurn(turn, end), cancellationToken);
    }

    /// <summary>Appends a summary.</summary>
    /// <param name="session">The session.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now. Exceptions as of <see cref="ISession.AppendAsync"/>.</returns>
    public static ValueTask<long> AddSummaryAsync(this ISession session, SessionSummary summary, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.AppendAsync(new SessionChanges().Add(summary), cancellationToken);
    }

    /// <summary>Sets a value of the state.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="session">The session.</param>
    /// <param name="key">The key; not empty.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How it is written, from a source-generated context.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now. Exceptions as of <see cref="ISession.AppendAsync"/>.</returns>
    public static ValueTask<long> SetStateAsync<T>(this ISession session, string key, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.AppendAsync(new SessionChanges().Set(key, value, type), cancellationToken);
    }

    /// <summary>Reads a value of the state.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="session">The session.</param>
    /// <param name="key">The key.</param>
    /// <param name="type">How it was written.</param>
    /// <returns>The value; the default of the type if there is none.</returns>
    public static T? GetState<T>(this ISession session, string key, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.TryGetState(key, type, out var value) ? value : default;
    }

    /// <summary>Does something with a session, and does it again on top of what others have appended where they were first.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="session">The session.</param>
    /// <param name="change">What to do: looks at the session as it stands now, and appends at most once. Is called again after each conflict.</param>
    /// <param name="attempts">How often at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="SessionConflictException">Somebody else was first each time.</exception>
    public static async ValueTask<T> RebaseAsync<T>(this ISession session, Func<ISession, CancellationToken, ValueTask<T>> change, int attempts = 5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(change);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // The host's code: it goes on where the host wants it to.
                return await change(session, cancellationToken).ConfigureAwait(true);
            }
            catch (SessionConflictException) when (attempt < attempts)
            {
                await session.RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
