using Microsoft.Extensions.Logging;
using Sira.Session.Errors;
using Sira.Session.History;
using Sira.Storage.Errors;

namespace Sira.Session.Memory;

/// <summary>Finds nothing that its session does not say any more: each match is looked up there, and what is stale is forgotten. Another process may have rewound or deleted it, or its time may have run out.</summary>
internal sealed class CheckedMemory(IMemoryIndex memory, Func<ISessions> sessions, ILogger logger) : IMemoryIndex
{
    // Each time at least one session is put right, and what is behind it comes up. Whoever has still more that is stale finds fewer this time.
    private const int Attempts = 8;

    public ValueTask AddAsync(MemoryOwner owner, IReadOnlyList<MemoryItem> items, CancellationToken cancellationToken = default) => memory.AddAsync(owner, items, cancellationToken);

    public async ValueTask<IReadOnlyList<MemoryMatch>> SearchAsync(MemoryQuery query, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var matches = await memory.SearchAsync(query, cancellationToken).ConfigureAwait(false);
            var found = new Dictionary<string, Found>(StringComparer.Ordinal);
            var stale = new Dictionary<string, SessionHistory?>(StringComparer.Ordinal);
            var good = new List<MemoryMatch>(matches.Count);
            foreach (var match in matches)
            {
                var id = match.Item.SessionId;
                if (!found.TryGetValue(id, out var session))
                {
                    found.Add(id, session = await FindAsync(query.Owner, id, cancellationToken).ConfigureAwait(false));
                }

                if (session.History is { } history && Says(history, match.Item))
                {
                    good.Add(match);
                }
                else if (session.IsReadable)
                {
                    stale[id] = session.History;
                }
            }

            if (stale.Count == 0 || attempt == Attempts || !await ForgetAsync(query.Owner, stale, cancellationToken).ConfigureAwait(false))
            {
                return good;
            }
        }
    }

    public ValueTask<int> RetainAsync(MemoryOwner owner, SessionHistory history, CancellationToken cancellationToken = default) => memory.RetainAsync(owner, history, cancellationToken);

    public ValueTask<int> RemoveSessionAsync(MemoryOwner owner, string sessionId, long afterVersion = 0, CancellationToken cancellationToken = default) => memory.RemoveSessionAsync(owner, sessionId, afterVersion, cancellationToken);

    public ValueTask RemoveOwnerAsync(MemoryOwner owner, CancellationToken cancellationToken = default) => memory.RemoveOwnerAsync(owner, cancellationToken);

    public ValueTask RemoveTenantAsync(string? tenant, CancellationToken cancellationToken = default) => memory.RemoveTenantAsync(tenant, cancellationToken);

    private static bool Says(SessionHistory history, MemoryItem item)
    {
        var messages = history.Messages;
        var (low, high) = (0, messages.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = messages[middle].Header.Version < item.Version ? (middle + 1, high) : (low, middle);
        }

        // One that was created anew under the same id has other messages at the same versions.
        return low < messages.Count && messages[low].Header is var header && header.Version == item.Version && header.At == item.At;
    }

    private async ValueTask<Found> FindAsync(MemoryOwner owner, string id, CancellationToken cancellationToken)
    {
        try
        {
            var session = await sessions().OpenAsync(new SessionKey(id, owner.Tenant), cancellationToken).ConfigureAwait(false);
            return new Found(IsReadable: true, session.Info.User == owner.User ? session.History : null);
        }
        catch (SessionNotFoundException)
        {
            return new Found(IsReadable: true, History: null);
        }
        catch (SessionFormatException)
        {
            // Damaged, or written by a newer version: no reason to forget it.
            return new Found(IsReadable: false, History: null);
        }
    }

    private async ValueTask<bool> ForgetAsync(MemoryOwner owner, Dictionary<string, SessionHistory?> stale, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (id, history) in stale)
            {
                if (history is not null)
                {
                    await memory.RetainAsync(owner, history, cancellationToken).ConfigureAwait(false);
                }

                // Of one that was created anew what lies behind its end is another's.
                await memory.RemoveSessionAsync(owner, id, history?.Version ?? 0, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (StorageException exception)
        {
            MemoryLog.NotForgotten(logger, exception);
            return false;
        }
    }

    private readonly record struct Found(bool IsReadable, SessionHistory? History);
}
