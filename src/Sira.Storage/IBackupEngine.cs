namespace Sira.Storage;

/// <summary>An engine of which a copy can be taken while it is in use.</summary>
public interface IBackupEngine : IStorageEngine
{
    /// <summary>Takes a consistent copy of everything, while the engine is in use, that can be opened as an engine. It is verified before the task ends; a copy that failed leaves nothing.</summary>
    /// <param name="path">Where to; must not exist yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the copy is there and was verified.</returns>
    /// <exception cref="ArgumentException">The path exists already.</exception>
    /// <exception cref="Errors.StorageException">The copy cannot be taken.</exception>
    ValueTask BackupAsync(string path, CancellationToken cancellationToken = default);
}
