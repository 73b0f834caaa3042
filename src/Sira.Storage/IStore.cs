using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage;

/// <summary>Values under keys.</summary>
/// <remarks>
/// <para>A key is linearizable: whoever begins after a write has returned sees it, or a later one. A write that was refused by its condition has changed nothing. A write that has thrown may have been made, or may not, but never by half; <see cref="Errors.StorageException.IsUncertain"/> says where that is so.</para>
/// <para>Values are copied when they are written, and must not be changed when they were read.</para>
/// <para>Every method throws <see cref="Errors.StorageException"/> for what goes wrong with the engine, <see cref="ArgumentException"/> for a key or value that it cannot take, and <see cref="OperationCanceledException"/>.</para>
/// </remarks>
public interface IStore
{
    /// <summary>Reads a value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The value; <see langword="null"/> if there is none, or none any more.</returns>
    ValueTask<StoreEntry?> GetAsync(StoreKey key, CancellationToken cancellationToken = default);

    /// <summary>Writes a value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <param name="options">On which condition, for how long, and how durably.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was written, and the tag of what stands there now.</returns>
    ValueTask<WriteResult> PutAsync(StoreKey key, ReadOnlyMemory<byte> value, PutOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Deletes a value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="options">On which condition, and how durably.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was one and it was deleted, and otherwise the tag of what stands there.</returns>
    ValueTask<WriteResult> DeleteAsync(StoreKey key, DeleteOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Reads values by the beginning of their names, in the order of the bytes of their names in UTF-8.</summary>
    /// <remarks>A value that is there all the time is returned exactly once over all pages; one that comes or goes meanwhile may be returned or not. Pages are no snapshot of one instant.</remarks>
    /// <param name="scan">Which values, and how many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A page.</returns>
    ValueTask<StorePage> ScanAsync(StoreScan scan, CancellationToken cancellationToken = default);

    /// <summary>Makes several writes: all of them, or, where a condition does not hold, none.</summary>
    /// <param name="batch">The writes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether they were made, or which of them was refused.</returns>
    ValueTask<BatchResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken = default);
}
