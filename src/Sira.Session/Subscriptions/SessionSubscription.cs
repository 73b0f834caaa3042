using System.Runtime.CompilerServices;
using Sira.Kernel.Time;
using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Format;
using Sira.Session.Records;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Session.Subscriptions;

/// <summary>A durable subscription.</summary>
internal sealed class SessionSubscription : ISessionSubscription
{
    // Whose log it is, so that not each event takes another read.
    private const int MaximumKnown = 4096;

    private readonly SessionCore core;
    private readonly StoreKey cursorKey;
    private readonly Dictionary<StoreKey, (SessionKey Key, long Base)> known = [];
    private CursorRecord cursor;
    private ETag etag;

    private SessionSubscription(SessionCore core, string name, StoreKey cursorKey, CursorRecord cursor, ETag etag) =>
        (this.core, Name, this.cursorKey, this.cursor, this.etag) = (core, name, cursorKey, cursor, etag);

    public string Name { get; }

    public long Position => Volatile.Read(ref cursor).Position;

    public static async ValueTask<SessionSubscription> OpenAsync(SessionCore core, string name, CancellationToken cancellationToken)
    {
        StorageArguments.Require(Storage.Capabilities.StorageFeatures.GlobalOrder, core.Engine.Capabilities);
        var key = core.Partition(tenant: null).Key(SessionNames.Cursor(name));
        while (true)
        {
            var (record, etag) = await core.Records.GetAsync(key, RecordJson.Default.CursorRecord, cancellationToken).ConfigureAwait(false);
            var mine = new CursorRecord(RecordStore.Format, record?.Position ?? 0, (record?.Epoch ?? 0) + 1);
            var written = await core.Records.PutAsync(key, mine, RecordJson.Default.CursorRecord, WriteCondition.Unchanged(etag), cancellationToken).ConfigureAwait(false);
            if (written.IsDone)
            {
                return new SessionSubscription(core, name, key, mine, written.ETag);
            }
        }
    }

    public async IAsyncEnumerable<SessionDelivery> ReadAsync(bool follow = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var position = Position;
        while (true)
        {
            var page = await core.Events.ReadAllAsync(core.Options.Namespace, position, cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Events)
            {
                position = item.Position;
                if (await ReadAsync(item, cancellationToken).ConfigureAwait(false) is { } delivery)
                {
                    yield return delivery;
                }
            }

            position = Math.Max(position, page.Next);
            if (!page.IsEnd)
            {
                continue;
            }

            if (!follow)
            {
                yield break;
            }

            await InlineDelay.WaitAsync(core.Options.PollInterval, core.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask AcknowledgeAsync(SessionDelivery delivery, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        while (delivery.Position > Position)
        {
            var next = cursor with { Position = delivery.Position };
            var written = await core.Records.PutAsync(cursorKey, next, RecordJson.Default.CursorRecord, WriteCondition.Unchanged(etag), cancellationToken).ConfigureAwait(false);
            if (written.IsDone)
            {
                (cursor, etag) = (next, written.ETag);
                return;
            }

            // An earlier write of one's own whose answer was lost may stand there.
            var (stands, standing) = await core.Records.GetAsync(cursorKey, RecordJson.Default.CursorRecord, cancellationToken).ConfigureAwait(false);
            if (stands?.Epoch != cursor.Epoch)
            {
                throw new SubscriptionLostException(Name);
            }

            (cursor, etag) = (stands, standing);
        }
    }

    private async ValueTask<SessionDelivery?> ReadAsync(StoredEvent item, CancellationToken cancellationToken)
    {
        if (!known.TryGetValue(item.Stream, out var session))
        {
            var first = item.Version == 1 ? item : (await core.Events.ReadAsync(item.Stream, 0, 1, cancellationToken).ConfigureAwait(false)).Events is [var read] ? read : default;
            if (first.Stream == default)
            {
                return null;
            }

            session = Identify(first);
            if (known.Count == MaximumKnown)
            {
                known.Clear();
            }

            known.Add(item.Stream, session);
        }

        return new SessionDelivery(session.Key, EventReader.Read(session.Key, session.Base + item.Version, item.Type, item.Data), item.Position);
    }

    private static (SessionKey Key, long Base) Identify(in StoredEvent first)
    {
        var unnamed = new SessionKey(first.Stream.Name, first.Stream.Tenant);
        return EventReader.Read(unnamed, first.Version, first.Type, first.Data) switch
        {
            SessionCreated created => (unnamed with { Id = created.Id }, 0),
            SessionForked forked => (unnamed with { Id = forked.Id }, forked.ParentVersion),
            _ => throw new SessionFormatException(unnamed, 1, $"The log '{first.Stream}' begins with '{first.Type}' and not with a session. Something else has written to the namespace; give it another one."),
        };
    }
}
