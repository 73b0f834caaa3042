namespace Sira.Storage;

/// <summary>An engine that can copy itself while it is in use.</summary>
public interface IBackupEngine : IStorageEngine
{
    /// <summary>Writes a copy of everything as it stands at one moment, and checks it.</summary>
    /// <param name="path">Where; nothing must be there yet. The copy can be opened as an engine of the same kind.</param>
    /// <param name="cancellationToken">Gives up; nothing stays there.</param>
    /// <returns>A task that ends when the copy is whole, checked, and on the disk.</returns>
    /// <exception cref="Errors.StorageException">It cannot be written, or what was written is damaged.</exception>
    ValueTask BackupAsync(string path, CancellationToken cancellationToken = default);
}
