using System.Text.Json;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Migration.Records;

/// <summary>What the two engines know of a migration. That of the source decides: it is written by condition, so that a write which was given up cannot come true behind one that was made since.</summary>
/// <remarks>As durably as each engine can, by which an engine that writes one log also brings what was written before to safety: all that was copied is no less durable than the record that says so.</remarks>
internal sealed class MigrationRecords(IStorageEngine source, IStorageEngine target, string @namespace, TimeProvider time)
{
    public const string Namespace = "sira.migrations";

    // An engine may be the target of one migration and the source of the next.
    private readonly StoreKey sourceKey = new(Namespace, $"{@namespace}/source");
    private readonly StoreKey targetKey = new(Namespace, $"{@namespace}/target");
    private ETag sourceTag;

    /// <summary>Returns how far the migration is, and makes sure that no write of before can change it any more.</summary>
    public async ValueTask<MigrationPhase> ResolveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = await source.Store.GetAsync(sourceKey, cancellationToken).ConfigureAwait(false);
            sourceTag = entry?.ETag ?? ETag.None;
            if (entry is { } found)
            {
                var phase = Parse(found, sourceKey, source).Phase;
                if (phase >= MigrationPhase.CutOver || await TryWriteSourceAsync(phase, cancellationToken).ConfigureAwait(false))
                {
                    return phase;
                }

                continue;
            }

            // A source that outlives the process has its record for as long as there is a migration; one that does not may have lost it together with everything else.
            return source.Capabilities.DefaultDurability > Capabilities.StorageDurability.Process ? MigrationPhase.None
                : await target.Store.GetAsync(targetKey, cancellationToken).ConfigureAwait(false) is { } known && Parse(known, targetKey, target).Phase >= MigrationPhase.CuttingOver ? MigrationPhase.CutOver
                : MigrationPhase.None;
        }
    }

    /// <summary>Writes the phase down in the source.</summary>
    /// <exception cref="StorageException">It could not be, or somebody else has written it.</exception>
    public async ValueTask WriteSourceAsync(MigrationPhase phase, CancellationToken cancellationToken)
    {
        if (!await TryWriteSourceAsync(phase, cancellationToken).ConfigureAwait(false))
        {
            throw new StorageException(StorageErrorKind.Busy, source.Name, $"Somebody else has changed the record of the migration of '{@namespace}' in '{source.Name}'. Migrate it from one process only.");
        }
    }

    public ValueTask<WriteResult> WriteTargetAsync(MigrationPhase phase, CancellationToken cancellationToken) =>
        target.Store.PutAsync(targetKey, Write(phase), new PutOptions { Durability = target.Capabilities.MaximumDurability }, cancellationToken);

    /// <summary>Forgets the migration; last where it decides, so that what is left by half is a migration that can go on.</summary>
    public async ValueTask DeleteAsync(CancellationToken cancellationToken)
    {
        await target.Store.DeleteAsync(targetKey, default, cancellationToken).ConfigureAwait(false);
        await source.Store.DeleteAsync(sourceKey, default, cancellationToken).ConfigureAwait(false);
        sourceTag = ETag.None;
    }

    /// <summary>Forgets that the namespace was once moved away from the target: it comes back.</summary>
    public ValueTask<WriteResult> ForgetLeavingAsync() => target.Store.DeleteAsync(sourceKey);

    /// <summary>Forgets that the namespace once came to the source: it has gone.</summary>
    public ValueTask<WriteResult> ForgetComingAsync() => source.Store.DeleteAsync(targetKey);

    private async ValueTask<bool> TryWriteSourceAsync(MigrationPhase phase, CancellationToken cancellationToken)
    {
        var result = await source.Store.PutAsync(sourceKey, Write(phase), new PutOptions(WriteCondition.Unchanged(sourceTag), Durability: source.Capabilities.MaximumDurability), cancellationToken).ConfigureAwait(false);
        sourceTag = result.IsDone ? result.ETag : sourceTag;
        return result.IsDone;
    }

    private byte[] Write(MigrationPhase phase) => JsonSerializer.SerializeToUtf8Bytes(
        new MigrationRecord(MigrationRecord.CurrentVersion, phase, @namespace, source.Name, target.Name, time.GetUtcNow()),
        MigrationJsonContext.Default.MigrationRecord);

    private MigrationRecord Parse(in StoreEntry entry, in StoreKey key, IStorageEngine engine)
    {
        MigrationRecord? record = null;
        try
        {
            record = JsonSerializer.Deserialize(entry.Value.Span, MigrationJsonContext.Default.MigrationRecord);
        }
        catch (JsonException)
        {
            // Said below.
        }

        return record is { Version: MigrationRecord.CurrentVersion } ? record
            : throw new StorageException(StorageErrorKind.Incompatible, engine.Name, $"The record of the migration of '{@namespace}' in '{engine.Name}' is not one that this version reads. Use the version that wrote it, or, if no migration is under way, delete '{key}'.");
    }
}
