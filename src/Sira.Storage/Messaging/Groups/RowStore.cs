using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Messaging.Records;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Messaging.Groups;

/// <summary>The rows of groups: what each knows of a message that it has passed and not finished.</summary>
internal sealed class RowStore(JournalContext context, RecordLog log)
{
    private const int Page = 1000;

    // Rows stand close together, or far apart.
    private const int ReadAhead = 32;

    private readonly IStore store = context.Engine.Store;

    /// <summary>Reads the rows of a group with their records, by position, and deletes those behind the cursor: they come from a commit that was divided and not made to its end.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cursor">Its cursor.</param>
    /// <param name="state">The tag of its state.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<List<JournalPending>> ReadAsync(string group, long cursor, ETag state, CancellationToken cancellationToken)
    {
        var rows = new List<JournalPending>();
        long? start = null;
        for (string? after = null; ;)
        {
            var page = await store.ScanAsync(Scan(JournalKeys.RowPrefix(group), after), cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                var row = Read(group, item);
                if (row.Position > cursor)
                {
                    await store.WriteAsync(new StoreBatch { Durability = context.Options.Durability }.Check(context.Keys.Group(group), WriteCondition.Unchanged(state)).Delete(context.Keys.Row(group, row.Position)), cancellationToken).ConfigureAwait(false);
                    continue;
                }

                start ??= await StartAsync(cancellationToken).ConfigureAwait(false);
                rows.Add(new JournalPending(row, await FindAsync(group, row.Position, start.Value, cancellationToken).ConfigureAwait(false)));
            }

            if ((after = page.Next) is null)
            {
                return rows;
            }
        }
    }

    /// <summary>Keeps the records of a group's rows in a stretch of the log that is about to be trimmed.</summary>
    /// <param name="group">The group.</param>
    /// <param name="records">The stretch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask KeepAsync(string group, ReadOnlyMemory<JournalRecord> records, CancellationToken cancellationToken)
    {
        var (first, last) = (records.Span[0].Position, records.Span[^1].Position);
        for (string? after = JournalKeys.RowPrefix(group) + JournalKeys.Text(first - 1); after is not null;)
        {
            var page = await store.ScanAsync(Scan(JournalKeys.RowPrefix(group), after) with { KeysOnly = true }, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                if (JournalKeys.NumberOf(item.Name) > last)
                {
                    return;
                }

                await KeepAsync(group, records.Span[(int)(JournalKeys.NumberOf(item.Name) - first)], item.Entry.ETag, cancellationToken).ConfigureAwait(false);
            }

            after = page.Next;
        }
    }

    // A row that its owner changes meanwhile is looked at again; one that he removes needs no record.
    private async ValueTask KeepAsync(string group, JournalRecord record, ETag row, CancellationToken cancellationToken)
    {
        var writer = new FormatWriter(512 + record.Payload.Length);
        RecordFormat.Write(writer, record);
        while (!row.IsNone)
        {
            var batch = new StoreBatch { Durability = context.Options.Durability }
                .Check(context.Keys.Row(group, record.Position), WriteCondition.Unchanged(row))
                .Put(context.Keys.Kept(group, record.Position), writer.Written);
            var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            row = result.IsDone ? ETag.None : result.Results[0].ETag;
        }
    }

    private async ValueTask<long> StartAsync(CancellationToken cancellationToken)
    {
        var first = await log.NextAsync(0, cancellationToken).ConfigureAwait(false);
        return first.IsEmpty ? long.MaxValue : first.Span[0].Position;
    }

    // In the log, or kept beside it, where it comes before the log is trimmed. If it is in neither, something else has deleted it; that is told to the group, and not passed over.
    private async ValueTask<JournalRecord> FindAsync(string group, long position, long start, CancellationToken cancellationToken)
    {
        if (position >= start)
        {
            var records = await log.NextAsync(position - 1, cancellationToken, ReadAhead).ConfigureAwait(false);
            if (!records.IsEmpty && records.Span[0].Position == position)
            {
                return records.Span[0];
            }
        }

        var kept = await store.GetAsync(context.Keys.Kept(group, position), cancellationToken).ConfigureAwait(false);
        return RecordFormat.Read(kept?.Value ?? default, new RecordPlace(context.Engine.Name, position, context.Time.GetUtcNow()));
    }

    private JournalRow Read(string group, in StoreItem item)
    {
        var position = JournalKeys.NumberOf(item.Name);
        try
        {
            return RowFormat.Read(item.Entry.Value.Span, context.Engine.Name, group, position);
        }
        catch (StorageException exception) when (exception.Kind is StorageErrorKind.Corrupt)
        {
            context.Log.RowDamaged(group, position, exception);
            return new JournalRow(position, Deliveries: 1, Crashes: 1, RetryAt: null, FirstFailedAt: null);
        }
    }

    private StoreScan Scan(string prefix, string? after) => new(context.Keys.Partition, prefix) { After = after, PageSize = Page };
}
