using System.Buffers;
using System.Text.Json;
using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Format;
using Sira.Session.History;
using Sira.Session.Records;
using Sira.Storage.Keys;

namespace Sira.Session.Removal;

/// <summary>Writes everything about a user.</summary>
internal sealed class UserExporter(SessionCore core, Stream output) : IDisposable
{
    private const int FlushAt = 64 * 1024;

    // Each may be as large as a message may be.
    private const int EventsAtOnce = 100;

    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Utf8JsonWriter json = new(Stream.Null, ContentJson.Writer);

    /// <summary>Writes everything about a user.</summary>
    /// <returns>How many sessions were written.</returns>
    public async ValueTask<int> ExportAsync(UserKey user, CancellationToken cancellationToken)
    {
        var partition = core.Partition(user.Tenant);
        var (record, _) = await core.Records.GetAsync(partition.Key(SessionNames.User(user.Name)), RecordJson.Default.UserRecord, cancellationToken).ConfigureAwait(false);
        Begin("user");
        json.WriteString("user"u8, user.Name);
        json.WriteString("tenant"u8, user.Tenant);
        json.WriteString("exportedAt"u8, core.Now);
        await EndAsync(cancellationToken).ConfigureAwait(false);
        var (sessions, events) = (0, 0L);
        var scan = new StoreScan(partition, record?.Subject + "/");
        while (record is not null)
        {
            var page = await core.Events.ListAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var found in page.Streams)
            {
                if (await ExportAsync(partition.Key(found.Name), cancellationToken).ConfigureAwait(false) is var count && count > 0)
                {
                    sessions++;
                    events += count;
                }
            }

            if (page.Next is not { } next)
            {
                break;
            }

            scan = scan with { After = next };
        }

        Begin("end");
        json.WriteNumber("sessions"u8, sessions);
        json.WriteNumber("events"u8, events);
        await EndAsync(cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return sessions;
    }

    public void Dispose() => json.Dispose();

    private async ValueTask<long> ExportAsync(StoreKey stream, CancellationToken cancellationToken)
    {
        var recordKey = stream.Partition.Key(SessionNames.RecordOf(stream.Name));
        var (record, _) = await core.Records.GetAsync(recordKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
        var key = new SessionKey(record?.Id ?? stream.Name, stream.Tenant);
        var after = 0L;
        var (id, first) = (key.Id, 0L);
        while (true)
        {
            var events = await core.Reader.ReadAfterAsync(key, stream, after, after + EventsAtOnce, cancellationToken).ConfigureAwait(false);
            if (events.Count == 0)
            {
                break;
            }

            if (after == 0)
            {
                (id, first) = await BeginSessionAsync(key, stream, events[0], record, cancellationToken).ConfigureAwait(false);
            }

            foreach (var item in events)
            {
                after++;
                await WriteAsync(id, first + after, item, cancellationToken).ConfigureAwait(false);
            }
        }

        if (after > 0)
        {
            await ExportCacheAsync(id, stream, cancellationToken).ConfigureAwait(false);
        }

        return after;
    }

    private async ValueTask<(string Id, long Base)> BeginSessionAsync(SessionKey key, StoreKey stream, RawEvent first, SessionRecord? record, CancellationToken cancellationToken)
    {
        SessionEvent? created = null;
        try
        {
            created = EventReader.Read(key, 1, first.Type, first.Data);
        }
        catch (SessionFormatException)
        {
            // Written all the same, as it stands.
        }

        var id = created switch { SessionCreated begun => begun.Id, SessionForked begun => begun.Id, _ => key.Id };
        Begin("session");
        json.WriteString("session"u8, id);

        // Of a session that was deleted, what its forks show.
        json.WriteBoolean("deleted"u8, record?.Stream != stream.Name);
        if (created is SessionForked fork)
        {
            json.WriteString("parent"u8, fork.Parent);
            json.WriteNumber("parentVersion"u8, fork.ParentVersion);
        }

        await EndAsync(cancellationToken).ConfigureAwait(false);
        return (id, (created as SessionForked)?.ParentVersion ?? 0);
    }

    private async ValueTask WriteAsync(string id, long version, RawEvent item, CancellationToken cancellationToken)
    {
        Begin("event");
        json.WriteString("session"u8, id);
        json.WriteNumber("version"u8, version);
        json.WriteString("type"u8, item.Type);
        try
        {
            using var document = JsonDocument.Parse(item.Data, new JsonDocumentOptions { MaxDepth = ContentJson.MaximumDepth });
            json.WritePropertyName("body"u8);
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteBase64String("damaged"u8, item.Data.Span);
        }

        await EndAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ExportCacheAsync(string id, StoreKey stream, CancellationToken cancellationToken)
    {
        var prefix = SessionNames.Caches(stream.Name);
        var scan = new StoreScan(stream.Partition, prefix) { PageSize = 10 };
        while (true)
        {
            var page = await core.Engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                Begin("cached");
                json.WriteString("session"u8, id);
                json.WriteString("key"u8, item.Name.AsSpan(prefix.Length));
                json.WriteBase64String("value"u8, item.Entry.Value.Span);
                await EndAsync(cancellationToken).ConfigureAwait(false);
            }

            if (page.Next is not { } next)
            {
                return;
            }

            scan = scan with { After = next };
        }
    }

    private void Begin(string kind)
    {
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("kind"u8, kind);
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
        if (buffer.WrittenCount >= FlushAt)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        buffer.ResetWrittenCount();
    }
}
