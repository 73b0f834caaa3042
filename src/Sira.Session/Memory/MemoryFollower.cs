using Sira.Session.Errors;
using Sira.Session.Upkeep;

namespace Sira.Session.Memory;

/// <summary>Keeps an index in step with the sessions of a store: what is forked, rewound, deleted, erased or swept.</summary>
internal sealed class MemoryFollower(IMemoryIndex memory) : ISessionObserver
{
    public async ValueTask RemovingAsync(SessionKey key, string? user, CancellationToken cancellationToken) =>
        await memory.RemoveSessionAsync(new MemoryOwner(key.Tenant, user), key.Id, 0, cancellationToken).ConfigureAwait(false);

    public ValueTask ErasingAsync(UserKey user, CancellationToken cancellationToken) => memory.RemoveOwnerAsync(new MemoryOwner(user.Tenant, user.Name), cancellationToken);

    public ValueTask ChangedAsync(ISession session, CancellationToken cancellationToken) =>
        UpdateAsync(memory, new MemoryOwner(session.Info.Key.Tenant, session.Info.User), session, 0, cancellationToken);

    /// <summary>Adds what was said behind a version, and looks whether it is still there: what is rewound or deleted meanwhile must not stay.</summary>
    public static async ValueTask UpdateAsync(IMemoryIndex memory, MemoryOwner owner, ISession session, long after, CancellationToken cancellationToken)
    {
        // Sessions that are nobody's have nobody in common who might remember.
        if (owner.User is not null)
        {
            await memory.AddAsync(owner, MemoryItems.Of(session.History, after), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await session.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SessionNotFoundException)
        {
            await memory.RemoveSessionAsync(owner, session.Info.Key.Id, 0, cancellationToken).ConfigureAwait(false);
            return;
        }

        await memory.RetainAsync(owner, session.History, cancellationToken).ConfigureAwait(false);
    }
}
