using System.Globalization;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.LargeValues;

/// <summary>Reads what pointers stand for.</summary>
internal sealed class LargeValueReader(IStorageEngine main, IStorageEngine large)
{
    // Each further time somebody has replaced the value in between.
    private const int MaximumAttempts = 100;

    /// <summary>Returns what an entry of the main engine stands for.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The value, of this tag or, where it was replaced meanwhile, of a later one; <see langword="null"/> where it was deleted.</returns>
    public ValueTask<StoreEntry?> ResolveAsync(in StoreKey key, in StoreEntry entry, CancellationToken cancellationToken) =>
        TryRead(key, entry, out var read, out var pointer) ? ValueTask.FromResult<StoreEntry?>(read) : FollowAsync(key, entry, pointer, cancellationToken);

    /// <summary>Returns what an entry points to, for those who replace or delete it; <see langword="null"/> where it is the value itself, or cannot be read.</summary>
    public static ValuePointer? PointerOf(StoreEntry? entry) => entry is { } found && StoredForm.Read(found.Value, out _, out var pointer) is StoredKind.Pointer ? pointer : null;

    private async ValueTask<StoreEntry?> FollowAsync(StoreKey key, StoreEntry entry, ValuePointer pointer, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            if (await large.Store.GetAsync(LargeValueAddress.Of(key, pointer), cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found.Value.Length == pointer.Length
                    ? entry with { Value = found.Value }
                    : throw new StorageException(StorageErrorKind.Corrupt, large.Name, string.Create(CultureInfo.InvariantCulture, $"The value of '{key}' has {found.Value.Length} bytes in '{large.Name}', and {pointer.Length} were written. Restore it from a backup, or delete it."));
            }

            // A value is removed after what refers to it was replaced, never before.
            if (await main.Store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } next)
            {
                return null;
            }

            if (TryRead(key, next, out var read, out var other))
            {
                return read;
            }

            if (other == pointer)
            {
                throw new StorageException(StorageErrorKind.Corrupt, large.Name, $"The value of '{key}' is not in '{large.Name}', where '{main.Name}' says that it is. Restore it from a backup, name the engine that has it, or delete it.");
            }

            (entry, pointer) = (next, other);
        }

        throw new StorageException(StorageErrorKind.Busy, main.Name, $"The value of '{key}' is replaced faster than it can be read. Try again.");
    }

    private bool TryRead(in StoreKey key, in StoreEntry entry, out StoreEntry read, out ValuePointer pointer)
    {
        read = entry;
        switch (StoredForm.Read(entry.Value, out var value, out pointer))
        {
            case StoredKind.Pointer:
                return false;
            case StoredKind.Newer:
                throw new StorageException(StorageErrorKind.Incompatible, main.Name, $"The value of '{key}' was written by a newer version. Read it with that version, or a later one.");
            case StoredKind.Damaged:
                throw new StorageException(StorageErrorKind.Corrupt, main.Name, $"What stands for the value of '{key}' is damaged. Restore it from a backup, or delete it.");
            default:
                read = entry with { Value = value };
                return true;
        }
    }
}
