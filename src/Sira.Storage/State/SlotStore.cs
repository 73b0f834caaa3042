using System.Text.Json;
using Sira.Kernel.Backup;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.State;

/// <summary>Where slots are kept: <c>slot/{slot}</c> is what a slot holds, <c>block/{slot}/{hash}</c> a block of it, <c>lease/{slot}</c> who holds it, which goes by itself.</summary>
internal sealed class SlotStore(IStorageEngine engine, StateStorageOptions options)
{
    private const string SlotPrefix = "slot/";
    private const string BlockPrefix = "block/";
    private const int BatchLength = 500;

    private readonly IStore store = engine.Store;

    public StorePartition Partition { get; } = new(options.Namespace);

    public static string NameOf(Guid slot) => $"{SlotPrefix}{slot:N}";

    /// <summary>Lists all slots, whoever holds them.</summary>
    public async Task<List<Guid>> ListAsync(CancellationToken cancellationToken)
    {
        var slots = new List<Guid>();
        await foreach (var name in NamesAsync(SlotPrefix, cancellationToken).ConfigureAwait(false))
        {
            if (Guid.TryParseExact(name.AsSpan(SlotPrefix.Length), "N", out var slot))
            {
                slots.Add(slot);
            }
        }

        return slots;
    }

    public async Task<(SlotManifest Manifest, ETag Tag)?> ReadAsync(Guid slot, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Key(NameOf(slot)), cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return null;
        }

        SlotManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(entry.Value.Span, StateJsonContext.Default.SlotManifest);
        }
        catch (JsonException exception)
        {
            throw new StateBackupException($"What '{Partition}' holds as '{NameOf(slot)}' is damaged. Restore the storage from a backup, or delete it to start without what it held.", exception);
        }

        return manifest is { Format: SlotManifest.CurrentFormat }
            ? (manifest, entry.ETag)
            : throw new StateBackupException($"The state in '{Partition}' was written in form {manifest?.Format}, and this process reads form {SlotManifest.CurrentFormat}. Use the version that wrote it: {manifest?.Parts.FirstOrDefault()?.SiraVersion ?? "it does not say which"}.");
    }

    /// <summary>Replaces what a slot holds, and deletes others that it has absorbed: all of it, or nothing where somebody else has written to one of them.</summary>
    /// <returns>The new tag; <see langword="null"/> where it was refused.</returns>
    public async Task<ETag?> WriteAsync(Guid slot, SlotManifest manifest, ETag expected, IReadOnlyList<TakenSlot> absorbed, CancellationToken cancellationToken)
    {
        var batch = new StoreBatch { Durability = options.Durability };
        batch.Put(Key(NameOf(slot)), JsonSerializer.SerializeToUtf8Bytes(manifest, StateJsonContext.Default.SlotManifest), WriteCondition.Unchanged(expected));
        foreach (var other in absorbed)
        {
            batch.Delete(Key(NameOf(other.Id)), WriteCondition.Unchanged(other.Tag));
        }

        var result = await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        return result.IsDone ? result.Results[0].ETag : null;
    }

    public async Task<ReadOnlyMemory<byte>?> ReadBlockAsync(Guid slot, string hash, CancellationToken cancellationToken) =>
        (await store.GetAsync(Key(BlockOf(slot, hash)), cancellationToken).ConfigureAwait(false))?.Value;

    public async Task WriteBlockAsync(Guid slot, string hash, byte[] block, CancellationToken cancellationToken) =>
        await store.PutAsync(Key(BlockOf(slot, hash)), block, new PutOptions(Durability: options.Durability), cancellationToken).ConfigureAwait(false);

    public Task DeleteBlocksAsync(Guid slot, IEnumerable<string> hashes, CancellationToken cancellationToken) => DeleteAsync(hashes.Select(hash => BlockOf(slot, hash)), cancellationToken);

    /// <summary>Deletes blocks of slots that are gone, and those of a slot that it does not hold any more.</summary>
    public async Task SweepAsync(Guid own, SlotManifest manifest, CancellationToken cancellationToken)
    {
        var blocks = new List<(Guid Slot, string Name)>();
        await foreach (var name in NamesAsync(BlockPrefix, cancellationToken).ConfigureAwait(false))
        {
            if (name.Split('/') is [_, var slot, _] && Guid.TryParseExact(slot, "N", out var id))
            {
                blocks.Add((id, name));
            }
        }

        // Listed after the blocks: whoever makes a slot writes it before its first block.
        var slots = (await ListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet();
        var held = manifest.Parts.SelectMany(static part => part.Blocks).Select(hash => BlockOf(own, hash)).ToHashSet(StringComparer.Ordinal);
        await DeleteAsync(blocks.Where(block => block.Slot == own ? !held.Contains(block.Name) : !slots.Contains(block.Slot)).Select(static block => block.Name), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads who holds a slot.</summary>
    public async Task<(LeaseHolder? Holder, ETag Tag)> ReadLeaseAsync(Guid slot, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(LeaseOf(slot), cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return (null, ETag.None);
        }

        try
        {
            return (JsonSerializer.Deserialize(entry.Value.Span, StateJsonContext.Default.LeaseHolder), entry.ETag);
        }
        catch (JsonException)
        {
            // Of another version, or damaged: it goes by itself.
            return (new LeaseHolder(Guid.Empty, string.Empty, 0, 0), entry.ETag);
        }
    }

    /// <summary>Holds a slot for the time of the lease.</summary>
    /// <returns>The tag of the lease; <see langword="null"/> where somebody else was faster.</returns>
    public async Task<ETag?> WriteLeaseAsync(Guid slot, LeaseHolder holder, ETag expected, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(holder, StateJsonContext.Default.LeaseHolder);
        var result = await store.PutAsync(LeaseOf(slot), bytes, new PutOptions(WriteCondition.Unchanged(expected), options.Lease), cancellationToken).ConfigureAwait(false);
        return result.IsDone ? result.ETag : null;
    }

    public async Task DeleteLeaseAsync(Guid slot, ETag tag, CancellationToken cancellationToken) =>
        await store.DeleteAsync(LeaseOf(slot), new DeleteOptions(WriteCondition.Unchanged(tag)), cancellationToken).ConfigureAwait(false);

    private static string BlockOf(Guid slot, string hash) => $"{BlockPrefix}{slot:N}/{hash}";

    private StoreKey Key(string name) => Partition.Key(name);

    private StoreKey LeaseOf(Guid slot) => Key($"lease/{slot:N}");

    private async IAsyncEnumerable<string> NamesAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await store.ScanAsync(new StoreScan(Partition, prefix) { After = after, KeysOnly = true, PageSize = BatchLength }, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                yield return item.Name;
            }

            after = page.Next;
        }
        while (after is not null);
    }

    private async Task DeleteAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var some in names.Chunk(Math.Min(BatchLength, engine.Capabilities.MaximumBatchLength)))
        {
            var batch = new StoreBatch();
            foreach (var name in some)
            {
                batch.Delete(Key(name));
            }

            await store.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }
}
