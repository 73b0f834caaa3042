using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Format;
using Sira.Session.Records;
using Sira.Session.Removal;
using Sira.Session.Views;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Session.Making;

/// <summary>Creates and forks sessions.</summary>
internal static class SessionMaker
{
    // Each time somebody else has changed the very same records in between; after so many times something is wrong.
    private const int Attempts = 16;

    /// <summary>Creates a session.</summary>
    /// <exception cref="SessionExistsException">There is one.</exception>
    public static async ValueTask<SessionView> CreateAsync(SessionCore core, SessionKey key, NewSession options, CancellationToken cancellationToken)
    {
        Check(options);
        var replaced = ETag.None;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var user = options.User is { } name ? await UserAsync(core, key, name, cancellationToken).ConfigureAwait(false) : null;
            var info = InfoOf(core, key, options);
            var stream = NewStream(core, key, user);
            using var writer = new EventWriter(info.CreatedAt);
            writer.Created(info);
            var log = new NewLog(RecordOf(info, stream, parent: null), stream, writer.ToEvents()[0], user, Parent: null);
            switch (await LogMaker.MakeAsync(core, log, replaced, cancellationToken).ConfigureAwait(false))
            {
                case MakeResult.Made:
                    return Keep(core, ViewBuilder.Fold(new SessionIdentity(info, stream, Base: 0, []), [Decode(key, 1, log)]));
                case MakeResult.Exists:
                    replaced = await ReplacedAsync(core, key, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        throw Busy(key);
    }

    /// <summary>Forks a session.</summary>
    /// <param name="core">The store.</param>
    /// <param name="parent">The session as it was at the version to fork it from.</param>
    /// <param name="id">The id of the fork.</param>
    /// <param name="options">Its times to live.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SessionExistsException">There is a session of this id.</exception>
    public static async ValueTask<SessionView> ForkAsync(SessionCore core, SessionView parent, string id, NewSession options, CancellationToken cancellationToken)
    {
        Check(options);
        var identity = parent.Identity;
        var key = new SessionKey(id, identity.Key.Tenant);
        if (options.User is { } other && other != identity.Info.User)
        {
            throw new ArgumentException($"A fork belongs to the user of the session that it is made from, since it shows what was said there. Leave {nameof(NewSession)}.{nameof(NewSession.User)} out.", nameof(options));
        }

        if (key == identity.Key)
        {
            throw new SessionExistsException(key);
        }

        var pieces = identity.PiecesUpTo(parent.Version);
        if (pieces.Count > core.Options.MaximumForkDepth)
        {
            throw new SessionLimitException(key, nameof(SessionOptions.MaximumForkDepth), core.Options.MaximumForkDepth, $"The session '{identity.Key}' is a fork of {pieces.Count - 1} forks already, and at most {core.Options.MaximumForkDepth} may stand one behind the other. Begin another one with what is still needed, or raise {nameof(SessionOptions)}.{nameof(SessionOptions.MaximumForkDepth)}.");
        }

        var parentKey = identity.Stream.Partition.Key(SessionNames.RecordOf(identity.Stream.Name));
        var replaced = ETag.None;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (record, etag) = await core.Records.GetAsync(parentKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
            if (record?.Stream != identity.Stream.Name)
            {
                throw SessionCore.Gone(identity.Key);
            }

            var user = identity.Info.User is { } name ? await UserAsync(core, identity.Key, name, cancellationToken).ConfigureAwait(false) : null;
            if (user is not null && user.Record.Subject != identity.Subject)
            {
                throw SessionCore.Gone(identity.Key);
            }

            var info = InfoOf(core, key, options) with { User = identity.Info.User, Parent = identity.Key.Id, ParentVersion = parent.Version };
            var stream = NewStream(core, key, user);
            using var writer = new EventWriter(info.CreatedAt);
            writer.Forked(info, pieces);
            var log = new NewLog(RecordOf(info, stream, pieces[^1].Stream), stream, writer.ToEvents()[0], user, new Stamp<SessionRecord>(parentKey, record, etag));
            switch (await LogMaker.MakeAsync(core, log, replaced, cancellationToken).ConfigureAwait(false))
            {
                case MakeResult.Made:
                    return Keep(core, ViewBuilder.Advance(parent.ForFork(new SessionIdentity(info, stream, parent.Version, pieces)), [Decode(key, parent.Version + 1, log)])!);
                case MakeResult.Exists:
                    replaced = await ReplacedAsync(core, key, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        throw Busy(key);
    }

    private static SessionView Keep(SessionCore core, SessionView view)
    {
        view = view with { TouchedAt = view.LastActiveAt };
        core.Cache.Keep(view);
        return view;
    }

    // What stands in the way: a session, one that has expired and is deleted now, or a record that leads nowhere.
    private static async ValueTask<ETag> ReplacedAsync(SessionCore core, SessionKey key, CancellationToken cancellationToken)
    {
        var recordKey = core.Partition(key.Tenant).Key(SessionNames.Record(key.Id));
        var (record, etag) = await core.Records.GetAsync(recordKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return ETag.None;
        }

        if (await core.Loader.LoadAsync(key, recordKey.Partition.Key(record.Stream), [], cancellationToken).ConfigureAwait(false) is not { Lifecycle: not SessionLifecycle.Erased } view)
        {
            return etag;
        }

        if (!core.IsExpired(view.ExpiresAt))
        {
            throw new SessionExistsException(key);
        }

        await SessionRemover.RemoveAsync(core, key, erase: false, cancellationToken).ConfigureAwait(false);
        return ETag.None;
    }

    private static async ValueTask<Stamp<UserRecord>> UserAsync(SessionCore core, SessionKey key, string name, CancellationToken cancellationToken)
    {
        var userKey = core.Partition(key.Tenant).Key(SessionNames.User(name));
        while (true)
        {
            var (record, etag) = await core.Records.GetAsync(userKey, RecordJson.Default.UserRecord, cancellationToken).ConfigureAwait(false);
            if (record is null)
            {
                record = new UserRecord(RecordStore.Format, SessionNames.Random(core.Random, SessionNames.SubjectLength), Erasing: false);
                var written = await core.Records.PutAsync(userKey, record, RecordJson.Default.UserRecord, WriteCondition.Absent, cancellationToken).ConfigureAwait(false);
                if (!written.IsDone)
                {
                    continue;
                }

                etag = written.ETag;
            }

            return !record.Erasing
                ? new Stamp<UserRecord>(userKey, record, etag)
                : throw new SessionStateException(key, SessionLifecycle.Erased, $"The user of the session '{key}' is being erased, and nothing is created meanwhile. Let {nameof(ISessions.EraseUserAsync)} finish first.");
        }
    }

    private static SessionInfo InfoOf(SessionCore core, SessionKey key, NewSession options) => new()
    {
        Key = key,
        User = options.User,
        CreatedAt = core.Now,
        IdleTimeToLive = options.IdleTimeToLive ?? core.Options.IdleTimeToLive,
        TimeToLive = options.TimeToLive ?? core.Options.TimeToLive,
    };

    private static SessionRecord RecordOf(SessionInfo info, StoreKey stream, string? parent) =>
        new(RecordStore.Format, info.Key.Id, stream.Name, parent, info.CreatedAt, info.CreatedAt, SessionLifecycle.Active, info.IdleTimeToLive, info.TimeToLive, info.User is not null);

    private static StoreKey NewStream(SessionCore core, SessionKey key, Stamp<UserRecord>? user) =>
        core.Partition(key.Tenant).Key(SessionNames.NewStream(user?.Record.Subject ?? SessionNames.Random(core.Random, SessionNames.SubjectLength), key.Id, core.Random));

    private static SessionEvent Decode(SessionKey key, long version, NewLog log) => EventReader.Read(key, version, log.Event.Type, log.Event.Data);

    private static SessionStateException Busy(SessionKey key) =>
        new(key, SessionLifecycle.Active, $"The session '{key}' could not be made in {Attempts} attempts, since its id, its user or the session that is forked was changed by others each time. Try again later.");

    private static void Check(NewSession options)
    {
        Check(options.IdleTimeToLive, nameof(NewSession.IdleTimeToLive));
        Check(options.TimeToLive, nameof(NewSession.TimeToLive));
    }

    private static void Check(TimeSpan? time, string name)
    {
        if (time is { } value && (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromDays(36_525)))
        {
            throw new ArgumentOutOfRangeException(name, value, "A session is kept for 1 second to 100 years, or, without a time to live, for ever.");
        }
    }
}
