using Sira.Session.Errors;
using Sira.Session.Memory;
using Sira.Session.Subscriptions;

namespace Sira.Session.Hosting;

/// <summary>Sessions whose words are indexed: what is deleted or erased there is forgotten in the index as well.</summary>
internal sealed class RememberedSessions(ISessions sessions, IMemoryIndex memory) : ISessions
{
    public ValueTask<ISession> CreateAsync(string? id = null, string? tenant = null, NewSession? options = null, CancellationToken cancellationToken = default) => sessions.CreateAsync(id, tenant, options, cancellationToken);

    public ValueTask<ISession> OpenAsync(SessionKey key, CancellationToken cancellationToken = default) => sessions.OpenAsync(key, cancellationToken);

    public ValueTask<ISession> OpenOrCreateAsync(SessionKey key, NewSession? options = null, CancellationToken cancellationToken = default) => sessions.OpenOrCreateAsync(key, options, cancellationToken);

    public ValueTask<SessionPage> ListAsync(SessionQuery query, CancellationToken cancellationToken = default) => sessions.ListAsync(query, cancellationToken);

    public async ValueTask<bool> DeleteAsync(SessionKey key, CancellationToken cancellationToken = default)
    {
        await ForgetAsync(key, cancellationToken).ConfigureAwait(false);
        return await sessions.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> EraseAsync(SessionKey key, CancellationToken cancellationToken = default)
    {
        await ForgetAsync(key, cancellationToken).ConfigureAwait(false);
        return await sessions.EraseAsync(key, cancellationToken).ConfigureAwait(false);
    }

    // The index last: what is said until the sessions are gone may still be added to it.
    public async ValueTask<int> EraseUserAsync(UserKey user, CancellationToken cancellationToken = default)
    {
        var count = await sessions.EraseUserAsync(user, cancellationToken).ConfigureAwait(false);
        await memory.RemoveOwnerAsync(new MemoryOwner(user.Tenant, user.Name), cancellationToken).ConfigureAwait(false);
        return count;
    }

    public ValueTask<int> ExportUserAsync(UserKey user, Stream output, CancellationToken cancellationToken = default) => sessions.ExportUserAsync(user, output, cancellationToken);

    public ValueTask<SweepResult> SweepAsync(int maximum = 1000, CancellationToken cancellationToken = default) => sessions.SweepAsync(maximum, cancellationToken);

    public ValueTask<ISessionSubscription> SubscribeAsync(string name, CancellationToken cancellationToken = default) => sessions.SubscribeAsync(name, cancellationToken);

    private async ValueTask ForgetAsync(SessionKey key, CancellationToken cancellationToken)
    {
        try
        {
            var session = await sessions.OpenAsync(key, cancellationToken).ConfigureAwait(false);
            await memory.RemoveSessionAsync(new MemoryOwner(key.Tenant, session.Info.User), key.Id, 0, cancellationToken).ConfigureAwait(false);
        }
        catch (SessionException)
        {
            // Not there, or not readable: whose it was is not known, and what was indexed goes with its owner.
        }
    }
}
