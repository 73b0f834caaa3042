using System.Runtime.CompilerServices;
using Sira.Session.Events;
using Sira.Session.Views;

namespace Sira.Session.Subscriptions;

/// <summary>Reads the events of a session, and waits for more.</summary>
internal static class SessionFollower
{
    public static async IAsyncEnumerable<SessionEvent> ReadAsync(SessionCore core, SessionIdentity identity, long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = follow ? await core.Signals.ListenAsync(identity.Stream, cancellationToken).ConfigureAwait(false) : null;
        try
        {
            while (true)
            {
                // Taken before it is read, so that what comes meanwhile is not slept through.
                var more = listener?.Next;
                var events = await core.Loader.ReadAsync(identity, after, cancellationToken).ConfigureAwait(false);
                foreach (var item in events)
                {
                    if (item is SessionErased)
                    {
                        throw SessionCore.Gone(identity.Key);
                    }

                    after = item.Version;
                    yield return item;
                }

                if (events.Count > 0)
                {
                    continue;
                }

                if (await core.Events.GetVersionAsync(identity.Stream, cancellationToken).ConfigureAwait(false) == 0)
                {
                    throw SessionCore.Gone(identity.Key);
                }

                if (more is null)
                {
                    yield break;
                }

                await more.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (listener is not null)
            {
                await listener.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
