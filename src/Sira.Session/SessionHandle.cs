using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Format;
using Sira.Session.History;
using Sira.Session.Making;
using Sira.Session.Records;
using Sira.Session.Subscriptions;
using Sira.Session.Turns;
using Sira.Session.Views;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Session;

/// <summary>A session that was opened.</summary>
internal sealed class SessionHandle(SessionCore core, SessionView opened) : ISession
{
    private const int MaximumCacheKeyLength = 256;

    private readonly Lock gate = new();
    private SessionView view = opened;

    public SessionInfo Info => Identity.Info;

    public long Version => View.Version;

    public SessionLifecycle Lifecycle
    {
        get
        {
            var current = View;
            return core.LifecycleOf(current.Lifecycle, current.LastActiveAt);
        }
    }

    public DateTimeOffset LastActiveAt => View.LastActiveAt;

    public SessionTurn? OpenTurn => View.OpenTurn;

    public SessionHistory History => View.History;

    public IEnumerable<string> StateKeys => View.State.Values.Keys;

    private SessionIdentity Identity { get; } = opened.Identity;

    private SessionView View => Volatile.Read(ref view);

    public bool TryGetState<T>(string key, JsonTypeInfo<T> type, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(type);
        if (!View.State.Values.TryGetValue(key, out var json))
        {
            value = default;
            return false;
        }

        value = JsonSerializer.Deserialize(json.Span, type)!;
        return true;
    }

    public async ValueTask<SessionHistory> GetHistoryAsync(long version, CancellationToken cancellationToken = default) =>
        (await AtAsync(version, cancellationToken).ConfigureAwait(false)).History;

    public async ValueTask<long> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var current = View;
        var read = await core.Reader.ReadAfterAsync(Identity.Key, Identity.Stream, current.StreamVersion, long.MaxValue, cancellationToken).ConfigureAwait(false);
        if (read.Count == 0)
        {
            // A log that is gone has no events behind any version.
            if (await core.Events.GetVersionAsync(Identity.Stream, cancellationToken).ConfigureAwait(false) < current.StreamVersion)
            {
                core.Cache.Forget(Identity.Key);
                throw SessionCore.Gone(Identity.Key);
            }

            return core.ThrowIfGone(current).Version;
        }

        var events = new List<SessionEvent>();
        ViewLoader.Decode(Identity.Key, read, current.Version, events);
        var next = ViewBuilder.Advance(current, events) ?? await core.Loader.LoadAsync(Identity, current.Version + events.Count, cancellationToken).ConfigureAwait(false);
        if (next.Lifecycle is SessionLifecycle.Erased)
        {
            core.Cache.Forget(Identity.Key);
            throw SessionCore.Gone(Identity.Key);
        }

        return core.ThrowIfGone(Move(next)).Version;
    }

    public ValueTask<long> AppendAsync(SessionChanges changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return CommitAsync(Writable(), changes, target: null, cancellationToken);
    }

    public async ValueTask<long> RewindAsync(long version, CancellationToken cancellationToken = default)
    {
        var current = Writable();

        // Read before it is appended: behind that nothing may fail any more.
        var target = await AtAsync(version, cancellationToken).ConfigureAwait(false);
        var rewound = await CommitAsync(current, new SessionChanges().Rewind(version), target, cancellationToken).ConfigureAwait(false);
        core.Changed(Identity.Key);
        return rewound;
    }

    public async ValueTask<ISession> ForkAsync(long? version = null, string? id = null, NewSession? options = null, CancellationToken cancellationToken = default)
    {
        var current = core.ThrowIfGone(View);
        var cut = await AtAsync(version ?? current.Version, cancellationToken).ConfigureAwait(false);
        var fork = await SessionMaker.ForkAsync(core, cut, id ?? SessionNames.Random(core.Random, SessionNames.SubjectLength), options ?? new NewSession(), cancellationToken).ConfigureAwait(false);
        core.Changed(fork.Identity.Key);
        return new SessionHandle(core, fork);
    }

    public ValueTask<long> ArchiveAsync(CancellationToken cancellationToken = default) => ChangeAsync(SessionLifecycle.Archived, EventTypes.Archived, cancellationToken);

    public ValueTask<long> ResumeAsync(CancellationToken cancellationToken = default) => ChangeAsync(SessionLifecycle.Active, EventTypes.Resumed, cancellationToken);

    public ValueTask<long> CloseAsync(CancellationToken cancellationToken = default) => ChangeAsync(SessionLifecycle.Closed, EventTypes.Closed, cancellationToken);

    public IAsyncEnumerable<SessionEvent> ReadEventsAsync(long after = 0, bool follow = false, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return SessionFollower.ReadAsync(core, Identity, after, follow, cancellationToken);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> GetCachedAsync(string key, CancellationToken cancellationToken = default) =>
        await core.Engine.Store.GetAsync(CacheKey(key), cancellationToken).ConfigureAwait(false) is { } entry ? entry.Value : default(ReadOnlyMemory<byte>?);

    public async ValueTask SetCachedAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        var stored = CacheKey(key);
        core.ThrowIfGone(View);
        await core.Engine.Store.PutAsync(stored, value, new PutOptions(TimeToLive: timeToLive), cancellationToken).ConfigureAwait(false);

        // An erasure that has passed over the values already has deleted the log before.
        if (await core.Events.GetVersionAsync(Identity.Stream, cancellationToken).ConfigureAwait(false) == 0)
        {
            await core.Engine.Store.DeleteAsync(stored, cancellationToken: cancellationToken).ConfigureAwait(false);
            throw SessionCore.Gone(Identity.Key);
        }
    }

    private StoreKey CacheKey(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return System.Text.Encoding.UTF8.GetByteCount(key) <= MaximumCacheKeyLength
            ? Identity.Stream.Partition.Key(SessionNames.Caches(Identity.Stream.Name) + key)
            : throw new ArgumentException($"A key of the cache has at most {MaximumCacheKeyLength} bytes in UTF-8. Shorten it, such as by a hash.", nameof(key));
    }

    private SessionView Writable()
    {
        var current = core.ThrowIfGone(View);
        return current.Lifecycle is SessionLifecycle.Active ? current : throw new SessionStateException(
            Identity.Key,
            current.Lifecycle,
            current.Lifecycle is SessionLifecycle.Archived
                ? $"The session '{Identity.Key}' is archived and is only read. Resume it first."
                : $"The session '{Identity.Key}' is closed and is only read. Fork it, or create another.");
    }

    private async ValueTask<SessionView> AtAsync(long version, CancellationToken cancellationToken)
    {
        var current = View;
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, current.Version);
        return current.Cut(version) ?? await core.Loader.LoadAsync(Identity, version, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<long> ChangeAsync(SessionLifecycle to, string type, CancellationToken cancellationToken)
    {
        var current = core.ThrowIfGone(View);
        if (current.Lifecycle == to)
        {
            return current.Version;
        }

        if (current.Lifecycle is SessionLifecycle.Closed)
        {
            throw new SessionStateException(Identity.Key, SessionLifecycle.Closed, $"The session '{Identity.Key}' is closed, which is for good. Fork it, or create another.");
        }

        var version = await CommitAsync(current, new SessionChanges().Change(type), target: null, cancellationToken).ConfigureAwait(false);
        await core.TouchNowAsync(View, cancellationToken).ConfigureAwait(false);
        return version;
    }

    private async ValueTask<long> CommitAsync(SessionView current, SessionChanges changes, SessionView? target, CancellationToken cancellationToken)
    {
        var now = core.Now;
        var events = core.Writer.Write(current, changes, now);
        if (events.Length == 0)
        {
            throw new ArgumentException("There is nothing to append. Add a message, or something else.", nameof(changes));
        }

        var result = await core.Events.AppendAsync(Identity.Stream, ExpectedVersion.Of(current.StreamVersion), events, core.Append, cancellationToken).ConfigureAwait(false);
        if (!result.IsDone)
        {
            SessionMetrics.Conflicts.Add(1);
            if (result.Version == 0)
            {
                core.Cache.Forget(Identity.Key);
                throw SessionCore.Gone(Identity.Key);
            }

            throw new SessionConflictException(Identity.Key, current.Version, Identity.Base + result.Version);
        }

        SessionMetrics.Events.Add(events.Length);
        var next = ViewBuilder.Advance(current, Decode(current.Version, events), target)!;
        if (now - next.TouchedAt >= core.Options.ActivityInterval)
        {
            next = next with { TouchedAt = now };
            core.Touch(next);
        }

        Move(next);
        for (var number = current.StreamVersion / SegmentFormat.Events; (number + 1) * SegmentFormat.Events <= result.Version; number++)
        {
            core.Seal(Identity, number);
        }

        return current.Version + events.Length;
    }

    // What was written is read as everybody else reads it, so that a view cannot depend on who made it.
    private List<SessionEvent> Decode(long after, EventData[] events)
    {
        var decoded = new List<SessionEvent>(events.Length);
        for (var i = 0; i < events.Length; i++)
        {
            decoded.Add(EventReader.Read(Identity.Key, after + i + 1, events[i].Type, events[i].Data));
        }

        return decoded;
    }

    private SessionView Move(SessionView next)
    {
        lock (gate)
        {
            if (next.Version > view.Version)
            {
                Volatile.Write(ref view, next);
            }
        }

        core.Cache.Keep(next);
        return next;
    }
}
