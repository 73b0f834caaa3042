using Sira.Kernel.Messaging.Errors;

namespace Sira.Kernel.Messaging.Journal;

/// <summary>Keeps the messages of durable topics, and how far each durable group has come.</summary>
/// <remarks>
/// <para>An append-only log with one ascending position, a cursor for each group, a row only for a message that a group has passed and not finished, and dead letters. A call that has returned has the durability that <see cref="Durability"/> names; one that has thrown may have had its effect or not, but never half of it. Implementations are thread-safe.</para>
/// <para>The order of calls by which the bus loses nothing: a message is acknowledged to its publisher after <see cref="AppendAsync"/>; it is handed to a handler after <see cref="CommitAsync"/> has claimed it; it is forgotten by a <see cref="CommitAsync"/> after its handler. So whoever dies between any two calls redelivers at most what was claimed and not finished.</para>
/// <para>An implementation is right when it passes <c>MessageJournalContract</c> of the tests.</para>
/// </remarks>
public interface IMessageJournal
{
    /// <summary>Gets what the messages survive.</summary>
    JournalDurability Durability { get; }

    /// <summary>Gets how long the envelope of a message may be, in bytes. A longer one is refused before it comes into a batch with others.</summary>
    /// <value>Default: no limit.</value>
    int MaximumPayloadBytes => int.MaxValue;

    /// <summary>Appends a batch: all of it or nothing, in its order, at ascending positions. What becomes readable later never has a lower position than what was readable before, so that no reader passes it by.</summary>
    /// <param name="records">The records; their own <see cref="JournalRecord.Position"/> is ignored.</param>
    /// <param name="cancellationToken">Gives up; the batch may have been kept.</param>
    /// <returns>The position of the last one.</returns>
    /// <exception cref="JournalFullException">There is no room; nothing was kept.</exception>
    ValueTask<long> AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken);

    /// <summary>Reads on from a position. A record that was damaged is not left out: it has <see cref="JournalRecord.Damage"/>, and where not even its topic is known any more, every group gets it.</summary>
    /// <param name="query">Whose records, from where, how many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The records in ascending order, and from where to read on.</returns>
    ValueTask<JournalPage> ReadAsync(JournalQuery query, CancellationToken cancellationToken);

    /// <summary>Waits until there may be records behind a position. It may return early, never late: what a signal misses, the implementation polls for.</summary>
    /// <param name="after">The position.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends then.</returns>
    ValueTask WaitAsync(long after, CancellationToken cancellationToken);

    /// <summary>Opens a durable group, creating it if it is new, and makes the caller its owner: the epoch rises, and the commits of whoever had it before fail.</summary>
    /// <param name="group">The name of the group.</param>
    /// <param name="pattern">The topics that it is for; replaces the pattern from before.</param>
    /// <param name="start">Where a new group starts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How far the group has come.</returns>
    ValueTask<JournalGroup> OpenGroupAsync(string group, string pattern, JournalStart start, CancellationToken cancellationToken);

    /// <summary>Notes what a group has done: cursor, claim, rows and dead letters, all or nothing.</summary>
    /// <param name="group">The name of the group.</param>
    /// <param name="commit">What is noted.</param>
    /// <param name="cancellationToken">Gives up; the commit may have been made. Making the same one again is harmless: rows are set, and a dead letter of a position replaces the one that is there.</param>
    /// <returns>A task that ends when it is noted.</returns>
    /// <exception cref="GroupTakenOverException">Somebody else has opened the group since, or it was deleted.</exception>
    ValueTask CommitAsync(string group, JournalCommit commit, CancellationToken cancellationToken);

    /// <summary>Reads dead letters, the oldest first.</summary>
    /// <param name="after">The id behind which to read on; 0 for the beginning.</param>
    /// <param name="maximum">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The dead letters with ascending ids.</returns>
    ValueTask<IReadOnlyList<JournalDeadLetter>> ReadDeadLettersAsync(long after, int maximum, CancellationToken cancellationToken);

    /// <summary>Takes a dead letter out and, where there is one, appends the record that replaces it: both or neither.</summary>
    /// <param name="id">The id of the dead letter.</param>
    /// <param name="replacement">What is appended; <see langword="null"/> purges.</param>
    /// <param name="cancellationToken">Gives up; it may have been done.</param>
    /// <returns>Whether the dead letter was there; if not, nothing was appended.</returns>
    ValueTask<bool> RemoveDeadLetterAsync(long id, JournalRecord? replacement, CancellationToken cancellationToken);

    /// <summary>Deletes a group with its cursor, rows and dead letters; what only it still needed is forgotten by the next <see cref="PruneAsync"/>. A group that nobody deletes keeps its messages for ever.</summary>
    /// <param name="group">The name of the group.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> DeleteGroupAsync(string group, CancellationToken cancellationToken);

    /// <summary>Forgets records that nobody needs: each group whose pattern matches has its cursor at or behind them and no row for them. One that no group's pattern matches is kept until <see cref="JournalRecord.KeepUntil"/>, and any until <see cref="JournalRecord.RememberUntil"/>. An implementation may keep more, such as the rest of a partition.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many were forgotten.</returns>
    ValueTask<long> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
