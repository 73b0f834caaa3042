using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.LargeValues;

/// <summary>Finds large values that nothing refers to: of writes that were never finished, or were replaced by two at once.</summary>
internal sealed class LeftOvers(IStorageEngine main, OutOfLineValues outside, TimeProvider time)
{
    private const int PageSize = 500;

    private readonly IStorageEngine large = outside.Engine;

    public async ValueTask<LargeValueSweep> RemoveAsync(CancellationToken cancellationToken)
    {
        var found = new LargeValueSweep(0, 0, 0);
        ulong? owner;
        try
        {
            owner = await outside.Owner.FindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception) when (OutOfLineValues.IsUnreadable(exception))
        {
            owner = null;
        }

        if (owner is not { } ours)
        {
            return found;
        }

        await foreach (var partition in large.ListPartitionsAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (LargeValueAddress.NamespaceOf(partition.Namespace) is { } @namespace)
            {
                found = await RemoveAsync(partition, new StorePartition(@namespace, partition.Tenant), ours, found, cancellationToken).ConfigureAwait(false);
            }
        }

        return found;
    }

    private async ValueTask<LargeValueSweep> RemoveAsync(StorePartition place, StorePartition partition, ulong ours, LargeValueSweep found, CancellationToken cancellationToken)
    {
        // From before the first page: what is written meanwhile is young.
        var youngest = time.GetUtcNow() - outside.Options.GarbageAge;
        for (string? after = null; ;)
        {
            var page = await large.Store.ScanAsync(new StoreScan(place) { After = after, PageSize = PageSize, KeysOnly = true }, cancellationToken).ConfigureAwait(false);
            var unused = new List<StoreKey>();
            foreach (var item in page.Items)
            {
                if (!LargeValueAddress.TryParse(item.Name, out var name, out var owner, out var id) || owner != ours || ValuePointer.TimeOf(id) > youngest)
                {
                    continue;
                }

                switch (await IsReferredToAsync(partition.Key(name), owner, id, cancellationToken).ConfigureAwait(false))
                {
                    case true:
                        found = found with { Kept = found.Kept + 1 };
                        break;
                    case null:
                        found = found with { Unreadable = found.Unreadable + 1 };
                        break;
                    case false:
                        unused.Add(place.Key(item.Name));
                        break;
                }
            }

            await RemoveAsync(unused, cancellationToken).ConfigureAwait(false);
            found = found with { Removed = found.Removed + unused.Count };
            if ((after = page.Next) is null)
            {
                return found;
            }
        }
    }

    private async ValueTask RemoveAsync(List<StoreKey> unused, CancellationToken cancellationToken)
    {
        if (unused.Count > 0)
        {
            await outside.SettleAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var key in unused)
        {
            await large.Store.DeleteAsync(key, default, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the key points there; <see langword="null"/> where nobody can tell.</returns>
    private async ValueTask<bool?> IsReferredToAsync(StoreKey key, ulong owner, UInt128 id, CancellationToken cancellationToken)
    {
        try
        {
            return await main.Store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } entry
                ? StoredForm.Read(entry.Value, out _, out var pointer) switch
                {
                    StoredKind.Pointer => (pointer.Owner, pointer.Id) == (owner, id),
                    StoredKind.Newer or StoredKind.Damaged => null,
                    _ => false,
                }
                : false;
        }
        catch (StorageException exception) when (OutOfLineValues.IsUnreadable(exception))
        {
            return null;
        }
    }
}
