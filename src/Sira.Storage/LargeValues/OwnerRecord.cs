using System.Buffers.Binary;
using Sira.Kernel.Time;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.LargeValues;

/// <summary>The number by which a main engine knows its own large values among those of others that share the place. Drawn once, and kept in the main engine.</summary>
internal sealed class OwnerRecord(string engine, IStore store, IRandomSource random)
{
    private static readonly StoreKey Key = new(LargeValueAddress.OwnNamespace, "owner");

    private ulong known;

    /// <summary>Returns the number; <see langword="null"/> where none was drawn yet.</summary>
    public async ValueTask<ulong?> FindAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref known) is var owner && owner != 0)
        {
            return owner;
        }

        if (await store.GetAsync(Key, cancellationToken).ConfigureAwait(false) is not { } entry || entry.Value.Length != sizeof(ulong))
        {
            return null;
        }

        Volatile.Write(ref known, owner = BinaryPrimitives.ReadUInt64LittleEndian(entry.Value.Span));
        return owner;
    }

    /// <summary>Returns the number, and draws one first where that is needed.</summary>
    public async ValueTask<ulong> GetAsync(CancellationToken cancellationToken)
    {
        var condition = WriteCondition.Absent;
        try
        {
            if (await FindAsync(cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }
        catch (StorageException exception) when (exception.Kind is StorageErrorKind.KeyUnknown or StorageErrorKind.Corrupt)
        {
            // Its key was erased, or it is damaged. Another number does as well: what has the former is read and deleted as before, only not looked for when it is left over.
            condition = WriteCondition.None;
        }

        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)Ids.Random(random) | 1);
        await store.PutAsync(Key, bytes, new PutOptions(condition), cancellationToken).ConfigureAwait(false);
        return await FindAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new StorageException(StorageErrorKind.Unknown, engine, $"'{Key}' was written and is not there.");
    }
}
