using Sira.Storage.Keys;

namespace Sira.Storage.Migration.Copying;

/// <summary>Deletes everything of a namespace, a page at a time.</summary>
internal static class NamespaceEraser
{
    public static async Task EraseAsync(IStorageEngine engine, string @namespace, int pageSize, CancellationToken cancellationToken)
    {
        // Listed first: an engine need not take deletions while it lists.
        var partitions = new List<StorePartition>();
        await foreach (var partition in engine.ListPartitionsAsync(@namespace, cancellationToken).ConfigureAwait(false))
        {
            partitions.Add(partition);
        }

        foreach (var partition in partitions)
        {
            for (string? after = null; ;)
            {
                var page = await engine.Store.ScanAsync(new StoreScan(partition) { After = after, PageSize = pageSize, KeysOnly = true }, cancellationToken).ConfigureAwait(false);
                foreach (var item in page.Items)
                {
                    await engine.Store.DeleteAsync(partition.Key(item.Name), default, cancellationToken).ConfigureAwait(false);
                }

                if ((after = page.Next) is null)
                {
                    break;
                }
            }

            for (string? after = null; engine.Events is { } log;)
            {
                var page = await log.ListAsync(new StoreScan(partition) { After = after, PageSize = pageSize }, cancellationToken).ConfigureAwait(false);
                foreach (var stream in page.Streams)
                {
                    await log.DeleteAsync(partition.Key(stream.Name), cancellationToken).ConfigureAwait(false);
                }

                if ((after = page.Next) is null)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Tells whether there is anything in a namespace.</summary>
    public static async Task<bool> IsEmptyAsync(IStorageEngine engine, string @namespace, CancellationToken cancellationToken)
    {
        await foreach (var partition in engine.ListPartitionsAsync(@namespace, cancellationToken).ConfigureAwait(false))
        {
            if (!await IsEmptyAsync(engine, partition, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells whether there is anything in a partition.</summary>
    public static async Task<bool> IsEmptyAsync(IStorageEngine engine, StorePartition partition, CancellationToken cancellationToken)
    {
        var scan = new StoreScan(partition) { PageSize = 1, KeysOnly = true };
        return (await engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false)).Items.Count == 0
            && (engine.Events is not { } log || (await log.ListAsync(scan, cancellationToken).ConfigureAwait(false)).Streams.Count == 0);
    }
}
