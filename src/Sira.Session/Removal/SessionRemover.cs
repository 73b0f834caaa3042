using Sira.Session.Errors;
using Sira.Session.Events;
using Sira.Session.Format;
using Sira.Session.Records;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Session.Removal;

/// <summary>Deletes and erases sessions.</summary>
/// <remarks>
/// First is noted what is to happen, so that a sweep can finish it; then the record goes, from when on the session is not found; then the log, where no fork needs it.
/// A fork notes itself beside its parent's log before it looks whether the parent's record is there, so either it is seen here, or it sees that it is too late.
/// </remarks>
internal static class SessionRemover
{
    // A fork that noted itself and has no log after so long was never made: whoever made it has crashed.
    private static readonly TimeSpan MakingTakesAtMost = TimeSpan.FromHours(1);

    /// <summary>Deletes or erases a session.</summary>
    /// <returns>Whether there was one.</returns>
    public static async ValueTask<bool> RemoveAsync(SessionCore core, SessionKey key, bool erase, CancellationToken cancellationToken)
    {
        var recordKey = core.Partition(key.Tenant).Key(SessionNames.Record(key.Id));
        var (record, _) = await core.Records.GetAsync(recordKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return false;
        }

        await RemoveAsync(core, recordKey, record, erase, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Goes on with a removal as far as it goes.</summary>
    /// <returns>Whether the log is gone; otherwise forks need it.</returns>
    public static async ValueTask<bool> FinishAsync(SessionCore core, StoreKey stream, RemovalRecord removal, CancellationToken cancellationToken)
    {
        // Where the note was written and the record not yet deleted.
        await DeleteRecordAsync(core, stream, cancellationToken).ConfigureAwait(false);
        if (await HasForksAsync(core, stream, removal.Erase, cancellationToken).ConfigureAwait(false))
        {
            await FenceAsync(core, stream, cancellationToken).ConfigureAwait(false);
            return false;
        }

        await core.Events.DeleteAsync(stream, cancellationToken).ConfigureAwait(false);
        await DeleteValuesAsync(core, stream.Partition, SessionNames.Values(stream.Name), cancellationToken).ConfigureAwait(false);
        if (!removal.Owned && core.Subjects is { } subjects)
        {
            await subjects.EraseAsync(stream.Tenant, SessionNames.SubjectOf(stream.Name), cancellationToken).ConfigureAwait(false);
        }

        if (removal.Parent is { } parent)
        {
            await core.Engine.Store.DeleteAsync(stream.Partition.Key(SessionNames.Fork(parent, stream.Name)), cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        await core.Engine.Store.DeleteAsync(stream.Partition.Key(SessionNames.Removal(stream.Name)), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (removal.Parent is { } needed)
        {
            await FinishParentAsync(core, stream.Partition.Key(needed), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Deletes values by the beginning of their names.</summary>
    public static async ValueTask DeleteValuesAsync(SessionCore core, StorePartition partition, string prefix, CancellationToken cancellationToken)
    {
        var scan = new StoreScan(partition, prefix) { KeysOnly = true };
        while (true)
        {
            var page = await core.Engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                await core.Engine.Store.DeleteAsync(partition.Key(item.Name), cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            if (page.Next is not { } next)
            {
                return;
            }

            scan = scan with { After = next };
        }
    }

    /// <summary>Deletes the record of the session that a log belongs to, unless it is another log's by now.</summary>
    public static async ValueTask DeleteRecordAsync(SessionCore core, StoreKey stream, CancellationToken cancellationToken)
    {
        var recordKey = stream.Partition.Key(SessionNames.RecordOf(stream.Name));
        while (true)
        {
            var (record, etag) = await core.Records.GetAsync(recordKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
            if (record?.Stream != stream.Name)
            {
                return;
            }

            core.Cache.Forget(new SessionKey(record.Id, stream.Tenant));
            if ((await core.Engine.Store.DeleteAsync(recordKey, new DeleteOptions(WriteCondition.Unchanged(etag)), cancellationToken).ConfigureAwait(false)).IsDone)
            {
                return;
            }
        }
    }

    private static async ValueTask<bool> RemoveAsync(SessionCore core, StoreKey recordKey, SessionRecord record, bool erase, CancellationToken cancellationToken)
    {
        var stream = recordKey.Partition.Key(record.Stream);
        await TellAsync(core, new SessionKey(record.Id, stream.Tenant), stream, record.Owned, cancellationToken).ConfigureAwait(false);
        var removal = new RemovalRecord(RecordStore.Format, record.Parent, record.Owned, erase);
        await core.Records.PutAsync(stream.Partition.Key(SessionNames.Removal(stream.Name)), removal, RecordJson.Default.RemovalRecord, WriteCondition.None, cancellationToken).ConfigureAwait(false);
        var isGone = await FinishAsync(core, stream, removal, cancellationToken).ConfigureAwait(false);
        core.Log.Removed(record.Id, stream.Tenant, erase ? "erased" : "deleted", !isGone);
        return isGone;
    }

    // Before anything goes: whose it was stands in its log only.
    private static async ValueTask TellAsync(SessionCore core, SessionKey key, StoreKey stream, bool isOwned, CancellationToken cancellationToken)
    {
        if (core.Observers.Length == 0)
        {
            return;
        }

        string? user = null;
        if (isOwned)
        {
            try
            {
                var first = await core.Reader.ReadAfterAsync(key, stream, 0, 1, cancellationToken).ConfigureAwait(false);
                user = first.Count == 0 ? null : EventReader.Read(key, 1, first[0].Type, first[0].Data) switch
                {
                    SessionCreated created => created.User,
                    SessionForked forked => forked.User,
                    _ => null,
                };
            }
            catch (SessionFormatException)
            {
                // Damaged. What was made of it goes with its user.
            }

            if (user is null)
            {
                return;
            }
        }

        foreach (var observer in core.Observers)
        {
            await observer.RemovingAsync(key, user, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> HasForksAsync(SessionCore core, StoreKey stream, bool erase, CancellationToken cancellationToken)
    {
        var hasForks = false;
        var scan = new StoreScan(stream.Partition, SessionNames.Forks(stream.Name));
        while (true)
        {
            var page = await core.Engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                var key = stream.Partition.Key(item.Name);
                var fork = core.Records.Read(key, item.Entry.Value, RecordJson.Default.ForkRecord);
                hasForks |= !(erase
                    ? await EraseForkAsync(core, key, stream.Partition.Key(fork.Stream), cancellationToken).ConfigureAwait(false)
                    : await DropStaleAsync(core, key, fork, cancellationToken).ConfigureAwait(false));
            }

            if (page.Next is not { } next)
            {
                return hasForks;
            }

            scan = scan with { After = next };
        }
    }

    private static async ValueTask<bool> EraseForkAsync(SessionCore core, StoreKey note, StoreKey fork, CancellationToken cancellationToken)
    {
        var recordKey = fork.Partition.Key(SessionNames.RecordOf(fork.Name));
        var (record, _) = await core.Records.GetAsync(recordKey, RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
        if (record?.Stream == fork.Name)
        {
            return await RemoveAsync(core, recordKey, record, erase: true, cancellationToken).ConfigureAwait(false);
        }

        // Deleted before and kept for forks of its own, or never made: then there is nothing but the note, or a log that nobody knows.
        var removalKey = fork.Partition.Key(SessionNames.Removal(fork.Name));
        var (removal, _) = await core.Records.GetAsync(removalKey, RecordJson.Default.RemovalRecord, cancellationToken).ConfigureAwait(false);
        if (removal is not null)
        {
            removal = removal with { Erase = true };
            await core.Records.PutAsync(removalKey, removal, RecordJson.Default.RemovalRecord, WriteCondition.None, cancellationToken).ConfigureAwait(false);
            return await FinishAsync(core, fork, removal, cancellationToken).ConfigureAwait(false);
        }

        await core.Events.DeleteAsync(fork, cancellationToken).ConfigureAwait(false);
        await core.Engine.Store.DeleteAsync(note, cancellationToken: cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async ValueTask<bool> DropStaleAsync(SessionCore core, StoreKey note, ForkRecord fork, CancellationToken cancellationToken)
    {
        if (core.Now - fork.At < MakingTakesAtMost || await core.Events.GetVersionAsync(note.Partition.Key(fork.Stream), cancellationToken).ConfigureAwait(false) > 0)
        {
            return false;
        }

        await core.Engine.Store.DeleteAsync(note, cancellationToken: cancellationToken).ConfigureAwait(false);
        return true;
    }

    // One that is being erased goes through its forks itself.
    private static async ValueTask FinishParentAsync(SessionCore core, StoreKey parent, CancellationToken cancellationToken)
    {
        var (removal, _) = await core.Records.GetAsync(parent.Partition.Key(SessionNames.Removal(parent.Name)), RecordJson.Default.RemovalRecord, cancellationToken).ConfigureAwait(false);
        if (removal is { Erase: false })
        {
            await FinishAsync(core, parent, removal, cancellationToken).ConfigureAwait(false);
        }
    }

    // So that nobody who has it open goes on with a session that is not found any more.
    private static async ValueTask FenceAsync(SessionCore core, StoreKey stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            var version = await core.Events.GetVersionAsync(stream, cancellationToken).ConfigureAwait(false);
            if (version == 0)
            {
                return;
            }

            var last = await core.Events.ReadAsync(stream, version - 1, 1, cancellationToken).ConfigureAwait(false);
            if (last.Events is [{ Type: EventTypes.Erased }])
            {
                return;
            }

            using var writer = new EventWriter(core.Now);
            writer.Bare(EventTypes.Erased);
            if ((await core.Events.AppendAsync(stream, ExpectedVersion.Of(version), writer.ToEvents(), core.Append, cancellationToken).ConfigureAwait(false)).IsDone)
            {
                return;
            }
        }
    }
}
