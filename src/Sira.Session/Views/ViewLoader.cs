using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Format;
using Sira.Storage.Keys;

namespace Sira.Session.Views;

/// <summary>Reads sessions from their logs.</summary>
internal sealed class ViewLoader(LogReader reader)
{
    /// <summary>Reads a session.</summary>
    /// <param name="key">The session.</param>
    /// <param name="stream">Its own log.</param>
    /// <param name="missing">Receives the segments of its own log that should be there and are not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The session; nothing if there is no such log.</returns>
    public async ValueTask<SessionView?> LoadAsync(SessionKey key, StoreKey stream, List<long> missing, CancellationToken cancellationToken)
    {
        var own = await reader.ReadAsync(key, stream, long.MaxValue, missing, cancellationToken).ConfigureAwait(false);
        if (own.Count == 0)
        {
            return null;
        }

        var identity = IdentityOf(key, stream, own[0]);
        var events = await SharedAsync(identity, identity.Base, cancellationToken).ConfigureAwait(false);
        Decode(key, own, identity.Base, events);
        return ViewBuilder.Fold(identity, events);
    }

    /// <summary>Reads a session as it was at a version.</summary>
    public async ValueTask<SessionView> LoadAsync(SessionIdentity identity, long version, CancellationToken cancellationToken)
    {
        var events = await SharedAsync(identity, Math.Min(version, identity.Base), cancellationToken).ConfigureAwait(false);
        if (version > identity.Base)
        {
            Decode(identity.Key, await reader.ReadAsync(identity.Key, identity.Stream, version - identity.Base, missing: null, cancellationToken).ConfigureAwait(false), identity.Base, events);
        }

        return events.Count == version
            ? ViewBuilder.Fold(identity, events)
            : throw new SessionNotFoundException(identity.Key, $"Version {version} of the session '{identity.Key}' is not there any more: the session was deleted meanwhile.");
    }

    /// <summary>Reads the events of a session that follow a version, as far as one log has them.</summary>
    /// <param name="identity">The session.</param>
    /// <param name="after">The version.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events; none at the end.</returns>
    public async ValueTask<List<SessionEvent>> ReadAsync(SessionIdentity identity, long after, CancellationToken cancellationToken)
    {
        var events = new List<SessionEvent>();
        foreach (var piece in identity.Ancestors)
        {
            if (after < piece.UpTo)
            {
                var raw = await reader.ReadAfterAsync(identity.Key, identity.Stream.Partition.Key(piece.Stream), after - piece.Base, Math.Min(piece.UpTo, after + Page) - piece.Base, cancellationToken).ConfigureAwait(false);
                Decode(identity.Key, raw, after, events);
                return raw.Count > 0 ? events : throw Missing(identity.Key, piece);
            }
        }

        Decode(identity.Key, await reader.ReadAfterAsync(identity.Key, identity.Stream, after - identity.Base, after + Page - identity.Base, cancellationToken).ConfigureAwait(false), after, events);
        return events;
    }

    /// <summary>Decodes events.</summary>
    /// <param name="key">The session.</param>
    /// <param name="raw">The events as they are stored.</param>
    /// <param name="after">The version of the session before the first.</param>
    /// <param name="events">Receives them.</param>
    public static void Decode(SessionKey key, List<RawEvent> raw, long after, List<SessionEvent> events)
    {
        events.EnsureCapacity(events.Count + raw.Count);
        for (var i = 0; i < raw.Count; i++)
        {
            events.Add(EventReader.Read(key, after + i + 1, raw[i].Type, raw[i].Data));
        }
    }

    // As much as is held in memory at once by who reads on; each may be as large as a message may be.
    private const int Page = 250;

    private static SessionIdentity IdentityOf(SessionKey key, StoreKey stream, RawEvent first)
    {
        var item = EventReader.Read(key, 1, first.Type, first.Data);
        return item switch
        {
            SessionCreated created => new SessionIdentity(
                new SessionInfo { Key = key, User = created.User, CreatedAt = created.At, IdleTimeToLive = created.IdleTimeToLive, TimeToLive = created.TimeToLive }, stream, Base: 0, []),
            SessionForked forked => new SessionIdentity(
                new SessionInfo { Key = key, User = forked.User, CreatedAt = forked.At, IdleTimeToLive = forked.IdleTimeToLive, TimeToLive = forked.TimeToLive, Parent = forked.Parent, ParentVersion = forked.ParentVersion }, stream, forked.ParentVersion, forked.Ancestors),
            _ => throw new SessionFormatException(key, 1, $"The log '{stream}' begins with '{first.Type}' and not with a session. Something else has written to it; restore the engine from a backup."),
        };
    }

    private static SessionFormatException Missing(SessionKey key, StreamPiece piece) =>
        new(key, piece.UpTo, $"The session '{key}' is a fork, and the log '{piece.Stream}' that it shares up to version {piece.UpTo} is not there. Restore the engine from a backup.");

    private async ValueTask<List<SessionEvent>> SharedAsync(SessionIdentity identity, long upTo, CancellationToken cancellationToken)
    {
        var events = new List<SessionEvent>();
        foreach (var piece in identity.Ancestors)
        {
            var last = Math.Min(piece.UpTo, upTo);
            if (last <= piece.Base)
            {
                break;
            }

            var raw = await reader.ReadAsync(identity.Key, identity.Stream.Partition.Key(piece.Stream), last - piece.Base, missing: null, cancellationToken).ConfigureAwait(false);
            if (raw.Count < last - piece.Base)
            {
                throw Missing(identity.Key, piece);
            }

            Decode(identity.Key, raw, piece.Base, events);
        }

        return events;
    }
}
