using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.LargeValues;

/// <summary>Pages with large values in them.</summary>
internal sealed class LargeValueScans(IStore inner, LargeValueReader reader)
{
    // A page of pointers is small whatever they stand for, so it is ended where it becomes larger than this.
    private const long MaximumPageBytes = 64L << 20;

    // Enough that a server's round trips overlap.
    private const int ReadsAtOnce = 8;

    public async ValueTask<StorePage> ReadAsync(StoreScan scan, CancellationToken cancellationToken)
    {
        var page = await inner.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
        if (scan.KeysOnly || IsPlain(page))
        {
            return page;
        }

        var items = new List<StoreItem>(page.Items.Count);
        long bytes = 0;
        for (var next = 0; next < page.Items.Count;)
        {
            if (bytes > MaximumPageBytes)
            {
                return new StorePage(items, page.Items[next - 1].Name);
            }

            var reading = new Task<StoreEntry?>[Math.Min(ReadsAtOnce, page.Items.Count - next)];
            for (var i = 0; i < reading.Length; i++)
            {
                var (name, entry) = page.Items[next + i];
                reading[i] = reader.ResolveAsync(scan.Partition.Key(name), entry, cancellationToken).AsTask();
            }

            // One that was deleted meanwhile is left out.
            foreach (var read in await Task.WhenAll(reading).ConfigureAwait(false))
            {
                if (read is { } entry)
                {
                    items.Add(new StoreItem(page.Items[next].Name, entry));
                    bytes += entry.Value.Length;
                }

                next++;
            }
        }

        return page with { Items = items };
    }

    private static bool IsPlain(in StorePage page)
    {
        for (var i = 0; i < page.Items.Count; i++)
        {
            if (page.Items[i].Entry.Value.Span.StartsWith(StoredForm.Magic))
            {
                return false;
            }
        }

        return true;
    }
}
