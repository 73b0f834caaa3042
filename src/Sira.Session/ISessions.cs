using Sira.Session.Subscriptions;

namespace Sira.Session;

/// <summary>The sessions that an engine keeps.</summary>
/// <remarks>
/// <para>The session of another tenant is not found, whatever its id.</para>
/// <para>Besides what their documentation names, methods throw <see cref="Storage.Errors.StorageException"/> for what goes wrong with the engine, <see cref="ArgumentException"/> for an id, user or tenant that is no text or too long, and <see cref="OperationCanceledException"/>. Thread-safe.</para>
/// </remarks>
public interface ISessions
{
    /// <summary>Creates a session.</summary>
    /// <param name="id">Its id; <see langword="null"/> for a random one.</param>
    /// <param name="tenant">Whose it is; <see langword="null"/> for nobody's in particular.</param>
    /// <param name="options">Its user and times to live.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The session, at version 1.</returns>
    /// <exception cref="Errors.SessionExistsException">There is one of this id already that has not expired.</exception>
    /// <exception cref="Errors.SessionStateException">The user is being erased.</exception>
    ValueTask<ISession> CreateAsync(string? id = null, string? tenant = null, NewSession? options = null, CancellationToken cancellationToken = default);

    /// <summary>Opens a session.</summary>
    /// <param name="key">The session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The session as it stands.</returns>
    /// <exception cref="Errors.SessionNotFoundException">There is none, or it has expired.</exception>
    /// <exception cref="Errors.SessionFormatException">It is damaged, or was written by a newer version.</exception>
    ValueTask<ISession> OpenAsync(SessionKey key, CancellationToken cancellationToken = default);

    /// <summary>Opens a session, or creates it where there is none or it has expired.</summary>
    /// <param name="key">The session.</param>
    /// <param name="options">The user and times to live of one that is created. Where a user is named, a session of somebody else's is not found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The session as it stands.</returns>
    /// <exception cref="Errors.SessionNotFoundException">There is one, and it does not belong to the user.</exception>
    /// <exception cref="Errors.SessionFormatException">It is damaged, or was written by a newer version.</exception>
    /// <exception cref="Errors.SessionStateException">The user is being erased.</exception>
    ValueTask<ISession> OpenOrCreateAsync(SessionKey key, NewSession? options = null, CancellationToken cancellationToken = default);

    /// <summary>Lists sessions. What was just changed may be a moment late.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A page.</returns>
    ValueTask<SessionPage> ListAsync(SessionQuery query, CancellationToken cancellationToken = default);

    /// <summary>Deletes a session. What its forks share of it is kept until they go too.</summary>
    /// <remarks>Where it was interrupted, <see cref="SweepAsync"/> finishes it.</remarks>
    /// <param name="key">The session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> DeleteAsync(SessionKey key, CancellationToken cancellationToken = default);

    /// <summary>Erases a session and all that was forked from it, so that nothing that was said in it is left. What it was itself forked from stays.</summary>
    /// <remarks>Where it was interrupted, <see cref="SweepAsync"/> finishes it. The encryption key of a session that is nobody's is destroyed; that of a user only with the user.</remarks>
    /// <param name="key">The session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> EraseAsync(SessionKey key, CancellationToken cancellationToken = default);

    /// <summary>Erases a user: every session of the user's, also what deleted ones left to their forks, and the key that it was encrypted with.</summary>
    /// <remarks>Can be repeated. Where it was interrupted, nothing is created for the user until it is repeated, or <see cref="SweepAsync"/> has finished it.</remarks>
    /// <param name="user">The user.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many logs were deleted; 0 for a user of whom nothing is kept.</returns>
    ValueTask<int> EraseUserAsync(UserKey user, CancellationToken cancellationToken = default);

    /// <summary>Writes everything that is kept about a user, as JSON Lines in UTF-8: every session with all its events, also those that were rewound, and what is cached beside it.</summary>
    /// <param name="user">The user.</param>
    /// <param name="output">Where to; stays open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many sessions were written. The last line says so too: without it the export is not whole.</returns>
    ValueTask<int> ExportUserAsync(UserKey user, Stream output, CancellationToken cancellationToken = default);

    /// <summary>Deletes sessions whose time has run out, and finishes deletions and erasures that were interrupted: of all tenants, a part with each call.</summary>
    /// <param name="maximum">How many records to look at at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What came of it.</returns>
    ValueTask<SweepResult> SweepAsync(int maximum = 1000, CancellationToken cancellationToken = default);

    /// <summary>Opens a durable subscription to the events of all sessions of all tenants. Engines with <see cref="Storage.Capabilities.StorageFeatures.GlobalOrder"/>.</summary>
    /// <param name="name">Its name, under which it remembers how far it has come. Who opens it last has it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The subscription.</returns>
    /// <exception cref="NotSupportedException">The engine has no one order of events.</exception>
    ValueTask<ISessionSubscription> SubscribeAsync(string name, CancellationToken cancellationToken = default);
}
