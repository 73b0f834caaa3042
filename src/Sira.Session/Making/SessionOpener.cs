using System.Diagnostics;
using Sira.Session.Events;
using Sira.Session.Records;
using Sira.Session.Views;

namespace Sira.Session.Making;

/// <summary>Finds sessions.</summary>
internal static class SessionOpener
{
    /// <summary>Finds a session, also one that has expired.</summary>
    /// <returns>The session; nothing if there is none.</returns>
    public static async ValueTask<SessionView?> FindAsync(SessionCore core, SessionKey key, CancellationToken cancellationToken)
    {
        var view = core.Cache.Find(key) is { } cached ? await RefreshAsync(core, cached, cancellationToken).ConfigureAwait(false) : null;
        if (view is null)
        {
            core.Cache.Forget(key);
            view = await LoadAsync(core, key, cancellationToken).ConfigureAwait(false);
        }

        if (view?.Lifecycle is SessionLifecycle.Erased)
        {
            core.Cache.Forget(key);
            return null;
        }

        return view;
    }

    private static async ValueTask<SessionView?> RefreshAsync(SessionCore core, SessionView cached, CancellationToken cancellationToken)
    {
        var identity = cached.Identity;
        var version = await core.Events.GetVersionAsync(identity.Stream, cancellationToken).ConfigureAwait(false);
        if (version == cached.StreamVersion)
        {
            Count("nothing");
            return cached;
        }

        if (version < cached.StreamVersion)
        {
            return null;
        }

        var read = await core.Reader.ReadAfterAsync(identity.Key, identity.Stream, cached.StreamVersion, version, cancellationToken).ConfigureAwait(false);
        if (read.Count < version - cached.StreamVersion)
        {
            return null;
        }

        var events = new List<SessionEvent>();
        ViewLoader.Decode(identity.Key, read, cached.Version, events);
        if (ViewBuilder.Advance(cached, events) is not { } view)
        {
            return null;
        }

        core.Cache.Keep(view);
        Count("rest");
        return view;
    }

    private static async ValueTask<SessionView?> LoadAsync(SessionCore core, SessionKey key, CancellationToken cancellationToken)
    {
        var recordKey = core.Partition(key.Tenant).Key(SessionNames.Record(key.Id));
        var (record, _) = await core.Records.GetAsync(recordKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return null;
        }

        var missing = new List<long>();
        if (await core.Loader.LoadAsync(key, recordKey.Partition.Key(record.Stream), missing, cancellationToken).ConfigureAwait(false) is not { } view)
        {
            return null;
        }

        foreach (var number in missing)
        {
            core.Seal(view.Identity, number);
        }

        view = view with { TouchedAt = record.Active };
        if (record.Lifecycle != view.Lifecycle && view.Lifecycle is not SessionLifecycle.Erased)
        {
            core.Touch(view);
        }

        core.Cache.Keep(view);
        Count("all");
        return view;
    }

    private static void Count(string read) => SessionMetrics.Opened.Add(1, new TagList { { "sira.session.read", read } });
}
