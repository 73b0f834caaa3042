using Sira.Kernel.Backup;
using Sira.Storage.Errors;

namespace Sira.Storage.State;

/// <summary>The slot that keeps the state of this process.</summary>
/// <param name="store">Where it is.</param>
/// <param name="self">This process.</param>
/// <param name="slot">The slot.</param>
/// <param name="left">What it holds that no part of this process knows or keeps; stays in it.</param>
internal sealed class HeldSlot(SlotStore store, LeaseHolder self, TakenSlot slot, List<SlotPart> left)
{
    private TakenSlot slot = slot;

    public TakenSlot Slot => slot;

    /// <summary>Writes states, as far as they have changed.</summary>
    /// <param name="states">The states.</param>
    /// <param name="origins">The processes whose state they are.</param>
    /// <param name="savedAt">Of which instant.</param>
    /// <param name="absorbed">Slots whose state is among them; they are deleted with the same write.</param>
    /// <param name="cancellationToken">Gives up; what was kept stays.</param>
    /// <returns>Whether it was kept; not when another process has claimed the slot.</returns>
    public async Task<bool> SaveAsync(IEnumerable<CapturedState> states, IReadOnlyList<Guid> origins, DateTimeOffset savedAt, IReadOnlyList<TakenSlot> absorbed, CancellationToken cancellationToken)
    {
        if (!await RenewAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var known = slot.Manifest.Parts.Concat(left).SelectMany(static part => part.Blocks).ToHashSet(StringComparer.Ordinal);
        var parts = new List<SlotPart>();
        foreach (var state in states)
        {
            parts.Add(await WriteAsync(state, savedAt, known, cancellationToken).ConfigureAwait(false));
        }

        parts.AddRange(left);
        if (absorbed.Count == 0 && IsSame(parts) && slot.Manifest.Origins.SequenceEqual(origins))
        {
            return true;
        }

        var next = slot.Manifest with { Owner = self.Process, Origins = [.. origins], Parts = [.. parts] };
        var before = slot.Manifest;
        if (await store.WriteAsync(slot.Id, next, slot.Tag, absorbed, cancellationToken).ConfigureAwait(false) is { } tag)
        {
            slot = slot with { Manifest = next, Tag = tag };
            await ForgetAsync(before, next, cancellationToken).ConfigureAwait(false);
            return true;
        }

        // A write whose answer was lost may have been made: then the slot is still this process's own.
        if (absorbed.Count == 0 && await store.ReadAsync(slot.Id, cancellationToken).ConfigureAwait(false) is var (standing, current) && standing.Owner == self.Process)
        {
            slot = slot with { Manifest = standing, Tag = current };
            return await SaveAsync(states, origins, savedAt, absorbed, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private async Task ForgetAsync(SlotManifest before, SlotManifest now, CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteBlocksAsync(slot.Id, before.Parts.SelectMany(static part => part.Blocks).Distinct().Except(now.Parts.SelectMany(static part => part.Blocks)), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // The state is kept; the next start sweeps what is left over.
        }
    }

    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        var lease = await store.WriteLeaseAsync(slot.Id, self, slot.Lease, cancellationToken).ConfigureAwait(false);
        if (lease is null)
        {
            // It has run out, or a renewal whose answer was lost was made.
            var (holder, standing) = await store.ReadLeaseAsync(slot.Id, cancellationToken).ConfigureAwait(false);
            lease = holder is null || holder.Process == self.Process ? await store.WriteLeaseAsync(slot.Id, self, standing, cancellationToken).ConfigureAwait(false) : null;
        }

        slot = slot with { Lease = lease ?? slot.Lease };
        return lease is not null;
    }

    private async Task<SlotPart> WriteAsync(CapturedState state, DateTimeOffset savedAt, HashSet<string> known, CancellationToken cancellationToken)
    {
        var stream = new BlockWriteStream(store, slot.Id, known);
        try
        {
            await state.SaveAsync(stream, cancellationToken).ConfigureAwait(false);
            return new SlotPart(state.Name, state.SchemaVersion, savedAt, StateParticipants.SiraVersion, await stream.FinishAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            stream.End();
        }
    }

    private bool IsSame(List<SlotPart> parts)
    {
        var before = slot.Manifest.Parts;
        return before.Length == parts.Count && !parts.Where((part, index) => !part.IsSameAs(before[index])).Any();
    }
}
