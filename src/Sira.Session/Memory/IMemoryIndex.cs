using Sira.Session.History;
using Sira.Storage.Errors;

namespace Sira.Session.Memory;

/// <summary>Finds what was said in earlier turns. Thread-safe.</summary>
/// <remarks>What one owner said is never found by another. Everything here can be made again from the sessions, which stay the truth: see <see cref="MemoryItems"/>.</remarks>
public interface IMemoryIndex
{
    /// <summary>Adds what was said. What is known already, by session and version, is left as it is.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="items">What was said.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">Not all of it could be stored; what was not cannot be found. Adding it all again is safe.</exception>
    ValueTask AddAsync(MemoryOwner owner, IReadOnlyList<MemoryItem> items, CancellationToken cancellationToken = default);

    /// <summary>Searches.</summary>
    /// <param name="query">What for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found, best first.</returns>
    /// <exception cref="StorageException">What is stored could not be read.</exception>
    ValueTask<IReadOnlyList<MemoryMatch>> SearchAsync(MemoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>Forgets what a session does not say any more, such as what was rewound. What was said behind the version of the history stays.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="history">What the session says.</param>
    /// <param name="cancellationToken">Gives up. Some of it may then be forgotten already.</param>
    /// <returns>How many items were forgotten.</returns>
    /// <exception cref="StorageException">Not all of it could be forgotten.</exception>
    ValueTask<int> RetainAsync(MemoryOwner owner, SessionHistory history, CancellationToken cancellationToken = default);

    /// <summary>Forgets a session, or the part of it behind a version.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="afterVersion">Behind which version; 0 for all of it.</param>
    /// <param name="cancellationToken">Gives up. Some of it may then be forgotten already.</param>
    /// <returns>How many items were forgotten.</returns>
    /// <exception cref="StorageException">Not all of it could be forgotten.</exception>
    ValueTask<int> RemoveSessionAsync(MemoryOwner owner, string sessionId, long afterVersion = 0, CancellationToken cancellationToken = default);

    /// <summary>Forgets everything of an owner.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="cancellationToken">Gives up. Some of it may then be forgotten already.</param>
    /// <returns>A task that ends when nothing is left, in memory or in the store.</returns>
    /// <exception cref="StorageException">Not all of it could be forgotten.</exception>
    ValueTask RemoveOwnerAsync(MemoryOwner owner, CancellationToken cancellationToken = default);

    /// <summary>Forgets everything of all users of a tenant.</summary>
    /// <param name="tenant">The tenant; <see langword="null"/> for what is of none.</param>
    /// <param name="cancellationToken">Gives up. Some of it may then be forgotten already.</param>
    /// <returns>A task that ends when nothing is left, in memory or in the store.</returns>
    /// <exception cref="StorageException">Not all of it could be forgotten.</exception>
    ValueTask RemoveTenantAsync(string? tenant, CancellationToken cancellationToken = default);
}
