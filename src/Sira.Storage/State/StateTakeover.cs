using Sira.Kernel.Backup;

namespace Sira.Storage.State;

/// <summary>Puts in place what slots hold.</summary>
internal sealed class StateTakeover(SlotStore store, StateParticipants participants, StateStorageOptions options)
{
    /// <summary>Puts the state of all slots in place, or of none.</summary>
    /// <returns>What was put in place, and what no part of this process knows or keeps, copied into the first slot.</returns>
    /// <exception cref="StateBackupException">Something is damaged or does not fit.</exception>
    public async Task<(IReadOnlyList<PreparedState> Restored, List<SlotPart> Left)> RunAsync(IReadOnlyList<TakenSlot> slots, CancellationToken cancellationToken)
    {
        var (prepared, left) = (new List<PreparedState>(), new List<SlotPart>());
        foreach (var slot in slots)
        {
            foreach (var part in slot.Manifest.Parts)
            {
                if (Keeps(part.Name))
                {
                    prepared.Add(await PrepareAsync(slot.Id, part, cancellationToken).ConfigureAwait(false));
                }
                else
                {
                    left.Add(slot == slots[0] ? part : await CopyAsync(slot.Id, slots[0].Id, part, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        await participants.CommitAsync(prepared, slots.SelectMany(static slot => slot.Manifest.Origins)).ConfigureAwait(false);
        return (prepared, left);
    }

    /// <summary>Tells whether this process keeps a part.</summary>
    public bool Keeps(string part) => participants.Names.Contains(part) && (options.Parts.Count == 0 || options.Parts.Contains(part, StringComparer.OrdinalIgnoreCase));

    private async Task<PreparedState> PrepareAsync(Guid slot, SlotPart part, CancellationToken cancellationToken)
    {
        var section = new BlockReadStream(store, slot, part);
        try
        {
            return await participants.PrepareAsync(part.Name, new StateSectionInfo(part.SchemaVersion, part.SavedAt), section, part.SiraVersion, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            section.End();
        }
    }

    private async Task<SlotPart> CopyAsync(Guid from, Guid to, SlotPart part, CancellationToken cancellationToken)
    {
        var target = new BlockWriteStream(store, to, []);
        await new BlockReadStream(store, from, part).CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        return part with { Blocks = await target.FinishAsync(cancellationToken).ConfigureAwait(false) };
    }
}
