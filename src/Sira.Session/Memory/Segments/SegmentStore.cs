using System.Globalization;
using Sira.Kernel.Time;
using Sira.Storage;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Session.Memory.Segments;

/// <summary>Keeps items in a store, in segments: each addition is a segment of its own, and sixteen of a size become one, so that an item is written anew only as often as its index has powers of sixteen.</summary>
internal sealed class SegmentStore(IStore store, string @namespace, TimeProvider time, IRandomSource random)
{
    /// <summary>How long a segment becomes, in bytes, unless a single item is longer: far below what engines take, and a moment to write.</summary>
    public const int MaximumSegmentLength = 1024 * 1024;

    private const int MergeCount = 16;

    // Others that use the same store may merge or remove meanwhile.
    private const int MaximumPasses = 16;

    private const int PageSize = 16;

    private StorePartition Partition(MemoryOwner owner) => new(@namespace, owner.Tenant);

    /// <summary>Reads everything of an owner.</summary>
    public async ValueTask<List<MemoryEntry>> ReadAsync(MemoryOwner owner, Dictionary<string, int> lengths, CancellationToken cancellationToken)
    {
        var entries = new List<MemoryEntry>();
        var scan = new StoreScan(Partition(owner), OwnerNames.Prefix(owner.User)) { PageSize = PageSize };
        do
        {
            var page = await store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                entries.AddRange(Decode(owner, item));
                lengths[item.Name] = item.Entry.Value.Length;
            }

            scan = scan with { After = page.Next };
        }
        while (scan.After is not null);
        return entries;
    }

    /// <summary>Adds a segment.</summary>
    /// <returns>Its name and length.</returns>
    public async ValueTask<(string Name, int Length)> AddAsync(MemoryOwner owner, IReadOnlyList<MemoryEntry> entries, CancellationToken cancellationToken)
    {
        var name = NewName(owner);
        var value = SegmentFormat.Write(entries);
        var written = await store.PutAsync(Partition(owner).Key(name), value, new PutOptions(WriteCondition.Absent), cancellationToken).ConfigureAwait(false);
        return written.IsDone ? (name, value.Length) : throw new StorageException(StorageErrorKind.Busy, @namespace, $"A segment of the memory was there already: '{name}'. Try again.");
    }

    /// <summary>Makes one segment of many small ones, where there are.</summary>
    public async ValueTask MergeAsync(MemoryOwner owner, Dictionary<string, int> lengths, CancellationToken cancellationToken)
    {
        var group = lengths.Where(static pair => pair.Value <= MaximumSegmentLength / 2).GroupBy(static pair => Tier(pair.Value)).Where(static tier => tier.Count() >= MergeCount).MinBy(static tier => tier.Key);
        if (group is null)
        {
            return;
        }

        var batch = new StoreBatch();
        var segments = new List<ReadOnlyMemory<byte>>(MergeCount);
        var (names, length) = (new List<string>(MergeCount), 0);
        foreach (var name in group.Select(static pair => pair.Key).Order(NameOrder.Instance).Take(MergeCount))
        {
            var key = Partition(owner).Key(name);
            if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } entry)
            {
                // Another process has merged it.
                lengths.Remove(name);
                continue;
            }

            if (length + entry.Value.Length > MaximumSegmentLength)
            {
                break;
            }

            segments.Add(entry.Value);
            batch.Delete(key, WriteCondition.Unchanged(entry.ETag));
            names.Add(name);
            length += entry.Value.Length;
        }

        if (segments.Count < 2)
        {
            return;
        }

        var merged = NewName(owner);
        var value = SegmentFormat.Merge(segments);
        batch.Put(Partition(owner).Key(merged), value, WriteCondition.Absent);
        if ((await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false)).IsDone)
        {
            names.ForEach(name => lengths.Remove(name));
            lengths[merged] = value.Length;
        }
    }

    /// <summary>Removes items, and looks again until none is left.</summary>
    public async ValueTask RemoveAsync(MemoryOwner owner, Predicate<MemoryItem> isRemoved, CancellationToken cancellationToken)
    {
        for (var pass = 0; pass < MaximumPasses; pass++)
        {
            var isClean = true;
            var scan = new StoreScan(Partition(owner), OwnerNames.Prefix(owner.User)) { PageSize = PageSize };
            do
            {
                var page = await store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
                var batch = new StoreBatch();
                foreach (var item in page.Items)
                {
                    var entries = Decode(owner, item);
                    if (entries.RemoveAll(entry => isRemoved(entry.Item)) == 0)
                    {
                        continue;
                    }

                    var (key, condition) = (Partition(owner).Key(item.Name), WriteCondition.Unchanged(item.Entry.ETag));
                    _ = entries.Count == 0 ? batch.Delete(key, condition) : batch.Put(key, SegmentFormat.Write(entries), condition);
                }

                if (batch.Operations.Count > 0)
                {
                    isClean = false;
                    await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                }

                scan = scan with { After = page.Next };
            }
            while (scan.After is not null);
            if (isClean)
            {
                return;
            }
        }

        throw StillThere();
    }

    /// <summary>Removes everything under a beginning of names, without looking at what it is.</summary>
    public async ValueTask EraseAsync(string? tenant, string prefix, CancellationToken cancellationToken)
    {
        for (var pass = 0; pass < MaximumPasses; pass++)
        {
            var isClean = true;
            var scan = new StoreScan(new StorePartition(@namespace, tenant), prefix) { PageSize = 1000, KeysOnly = true };
            do
            {
                var page = await store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
                foreach (var item in page.Items)
                {
                    isClean = false;
                    await store.DeleteAsync(scan.Partition.Key(item.Name), default, cancellationToken).ConfigureAwait(false);
                }

                scan = scan with { After = page.Next };
            }
            while (scan.After is not null);
            if (isClean)
            {
                return;
            }
        }

        throw StillThere();
    }

    // Of sizes within a factor of sixteen.
    private static int Tier(int length) => (int)Math.Log(Math.Max(1, length), MergeCount);

    private StorageException StillThere() => new(StorageErrorKind.Busy, @namespace, $"What is to be forgotten was still there after {MaximumPasses} attempts, since another process writes the same memory. Try again.");

    private List<MemoryEntry> Decode(MemoryOwner owner, StoreItem item)
    {
        try
        {
            return SegmentFormat.Read(item.Entry.Value.Span);
        }
        catch (InvalidDataException exception)
        {
            throw new StorageException(StorageErrorKind.Corrupt, @namespace, $"The segment '{Partition(owner).Key(item.Name)}' of the memory cannot be read. Remove the owner from the memory and add the sessions again, which have everything.", exception);
        }
    }

    // By time, so that old segments come first, and by chance, so that two processes never write the same.
    private string NewName(MemoryOwner owner) => string.Create(CultureInfo.InvariantCulture, $"{OwnerNames.Prefix(owner.User)}{time.GetUtcNow().UtcTicks:x16}-{random.Next(int.MaxValue):x8}{random.Next(int.MaxValue):x8}");
}
