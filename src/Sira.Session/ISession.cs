using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Sira.Session.Events;
using Sira.Session.History;
using Sira.Session.Turns;

namespace Sira.Session;

/// <summary>A session as it stood when it was opened or last refreshed, and what can be done with it.</summary>
/// <remarks>
/// <para>What was read stays as it is until one's own append or <see cref="RefreshAsync"/>. Everything that is appended goes behind the version that was read: where somebody else was first, nothing is appended and a <see cref="Errors.SessionConflictException"/> says so; see <see cref="SessionExtensions.RebaseAsync{T}"/>.</para>
/// <para>An append that ends with a <see cref="Storage.Errors.StorageException"/> whose <c>IsUncertain</c> is set, or with an <see cref="OperationCanceledException"/>, may have been made; <see cref="RefreshAsync"/> shows.</para>
/// <para>Thread-safe; of two appends at once through one handle one gets the conflict. Needs no disposing.</para>
/// <para>Besides what their documentation names, methods throw <see cref="Errors.SessionNotFoundException"/> for a session that has expired, or was deleted or erased meanwhile, <see cref="Errors.SessionFormatException"/> for a damaged one and <see cref="Storage.Errors.StorageException"/> for what goes wrong with the engine.</para>
/// </remarks>
public interface ISession
{
    /// <summary>Gets what is known of the session beside what was said.</summary>
    SessionInfo Info { get; }

    /// <summary>Gets the version that was read: how many events it has.</summary>
    long Version { get; }

    /// <summary>Gets where it stands.</summary>
    SessionLifecycle Lifecycle { get; }

    /// <summary>Gets when something was appended last.</summary>
    DateTimeOffset LastActiveAt { get; }

    /// <summary>Gets the turn that was started and has not ended; <see langword="null"/> for none. Of a process that died in a turn it stays until the next one starts.</summary>
    SessionTurn? OpenTurn { get; }

    /// <summary>Gets the history at <see cref="Version"/>.</summary>
    SessionHistory History { get; }

    /// <summary>Gets the keys of the state at <see cref="Version"/>.</summary>
    IEnumerable<string> StateKeys { get; }

    /// <summary>Reads a value of the state at <see cref="Version"/>.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="type">How it was written.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="System.Text.Json.JsonException">It is not of this type.</exception>
    bool TryGetState<T>(string key, JsonTypeInfo<T> type, [MaybeNullWhen(false)] out T value);

    /// <summary>Reads the history as it was at a version.</summary>
    /// <param name="version">The version; 1 to <see cref="Version"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The history.</returns>
    ValueTask<SessionHistory> GetHistoryAsync(long version, CancellationToken cancellationToken = default);

    /// <summary>Reads what others have appended.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now.</returns>
    ValueTask<long> RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Appends changes: all of them or nothing.</summary>
    /// <param name="changes">The changes, at least one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now.</returns>
    /// <exception cref="Errors.SessionConflictException">Somebody else has appended first.</exception>
    /// <exception cref="Errors.SessionStateException">It is archived or closed.</exception>
    /// <exception cref="Errors.SessionLimitException">It would become too large.</exception>
    /// <exception cref="Errors.SessionContentException">A message cannot be written.</exception>
    ValueTask<long> AppendAsync(SessionChanges changes, CancellationToken cancellationToken = default);

    /// <summary>Makes history and state again what they were at a version. What came behind it stays in the log, and can be gone back to.</summary>
    /// <param name="version">The version; 1, which is before anything was said, to <see cref="Version"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now, which is higher: rewinding is an event too.</returns>
    /// <exception cref="Errors.SessionConflictException">Somebody else has appended first.</exception>
    /// <exception cref="Errors.SessionStateException">It is archived or closed.</exception>
    ValueTask<long> RewindAsync(long version, CancellationToken cancellationToken = default);

    /// <summary>Makes another session that is the same up to a version and goes its own way from there. Copies nothing.</summary>
    /// <param name="version">The version; 1 to <see cref="Version"/>, which is what <see langword="null"/> stands for.</param>
    /// <param name="id">The id of the fork; <see langword="null"/> for a random one.</param>
    /// <param name="options">Its times to live; the user is that of this session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The fork.</returns>
    /// <exception cref="Errors.SessionExistsException">There is a session of this id.</exception>
    /// <exception cref="Errors.SessionLimitException">Too many forks of forks stand one behind the other.</exception>
    ValueTask<ISession> ForkAsync(long? version = null, string? id = null, NewSession? options = null, CancellationToken cancellationToken = default);

    /// <summary>Puts the session away. One that is put away already stays so.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now.</returns>
    /// <exception cref="Errors.SessionConflictException">Somebody else has appended first.</exception>
    /// <exception cref="Errors.SessionStateException">It is closed.</exception>
    ValueTask<long> ArchiveAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes the session up again. One that is in use stays so.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now.</returns>
    /// <exception cref="Errors.SessionConflictException">Somebody else has appended first.</exception>
    /// <exception cref="Errors.SessionStateException">It is closed.</exception>
    ValueTask<long> ResumeAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends the session for good; it can still be read and forked. One that is closed already stays so.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version now.</returns>
    /// <exception cref="Errors.SessionConflictException">Somebody else has appended first.</exception>
    ValueTask<long> CloseAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the events of the session, of a fork also those that it shares: also what was rewound.</summary>
    /// <param name="after">The version behind which to begin, which is the cursor: the version of the last event that was dealt with.</param>
    /// <param name="follow">Whether to wait for more at the end, until it is cancelled, or the session is deleted or erased, which ends it with a <see cref="Errors.SessionNotFoundException"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events in their order.</returns>
    IAsyncEnumerable<SessionEvent> ReadEventsAsync(long after = 0, bool follow = false, CancellationToken cancellationToken = default);

    /// <summary>Reads a value that was cached beside the session.</summary>
    /// <param name="key">The key: 1 to 256 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The value; <see langword="null"/> if there is none, or none any more.</returns>
    ValueTask<ReadOnlyMemory<byte>?> GetCachedAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Caches a value beside the session: not in its log, so it has no version, and a fork does not have it; deleted and erased with the session.</summary>
    /// <param name="key">The key: 1 to 256 bytes of UTF-8.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">For how long, from a millisecond on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it is kept.</returns>
    /// <exception cref="NotSupportedException">The engine keeps values for ever only.</exception>
    ValueTask SetCachedAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken = default);
}
