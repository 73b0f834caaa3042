using Sira.Storage.Errors;
using Sira.Storage.Values;

namespace Sira.Storage.State;

/// <summary>Takes slots, and makes them.</summary>
internal sealed class SlotClaims(SlotStore store, LeaseHolder self)
{
    private const int MostAttempts = 5;

    /// <summary>Takes every slot that nobody alive holds.</summary>
    /// <returns>The slots, that which was written first before the others.</returns>
    public async Task<List<TakenSlot>> TakeFreeAsync(CancellationToken cancellationToken)
    {
        var taken = new List<TakenSlot>();
        try
        {
            foreach (var slot in await store.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await TakeAsync(slot, cancellationToken).ConfigureAwait(false) is { } one)
                {
                    taken.Add(one);
                }
            }
        }
        catch
        {
            await ReleaseAsync(taken).ConfigureAwait(false);
            throw;
        }

        return [.. taken.OrderBy(static slot => slot.Manifest.SavedAt)];
    }

    /// <summary>Makes a slot with nothing in it.</summary>
    public async Task<TakenSlot> MakeAsync(CancellationToken cancellationToken)
    {
        var slot = Guid.NewGuid();
        var lease = await store.WriteLeaseAsync(slot, self, ETag.None, cancellationToken).ConfigureAwait(false);
        var manifest = new SlotManifest(SlotManifest.CurrentFormat, self.Process, [self.Process], []);
        var tag = await store.WriteAsync(slot, manifest, ETag.None, [], cancellationToken).ConfigureAwait(false);
        return new TakenSlot(slot, manifest, tag ?? ETag.None, lease ?? ETag.None);
    }

    /// <summary>Leaves slots to others.</summary>
    public async Task ReleaseAsync(IEnumerable<TakenSlot> slots)
    {
        foreach (var slot in slots)
        {
            await ReleaseAsync(slot.Id, slot.Lease).ConfigureAwait(false);
        }
    }

    private async Task ReleaseAsync(Guid slot, ETag lease)
    {
        try
        {
            await store.DeleteLeaseAsync(slot, lease, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // It ends by itself.
        }
    }

    private async Task<TakenSlot?> TakeAsync(Guid slot, CancellationToken cancellationToken)
    {
        var (holder, standing) = await store.ReadLeaseAsync(slot, cancellationToken).ConfigureAwait(false);
        if (holder is not null && !holder.HasEnded())
        {
            return null;
        }

        if (await store.WriteLeaseAsync(slot, self, standing, cancellationToken).ConfigureAwait(false) is not { } lease)
        {
            return null;
        }

        try
        {
            // Whoever held it may be writing still; once the slot has a new owner, what that one writes is refused.
            for (var attempt = 0; attempt < MostAttempts && await store.ReadAsync(slot, cancellationToken).ConfigureAwait(false) is var (manifest, tag); attempt++)
            {
                var own = manifest with { Owner = self.Process };
                if (await store.WriteAsync(slot, own, tag, [], cancellationToken).ConfigureAwait(false) is { } claimed)
                {
                    return new TakenSlot(slot, own, claimed, lease);
                }
            }

            await store.DeleteLeaseAsync(slot, lease, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch
        {
            await ReleaseAsync(slot, lease).ConfigureAwait(false);
            throw;
        }
    }
}
