namespace Sira.Kernel.Backup;

/// <summary>Writes the state of Sira to a file or stream, and puts it in place again in another process.</summary>
/// <remarks>One backup or restore at a time. Both are streamed: neither holds a section as a whole.</remarks>
public interface IStateBackup
{
    /// <summary>Writes a backup of this instant. A file takes the place of an older one only when it is complete and on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the writing; an older file stays.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="StateBackupException">A part failed or took too long; an older file stays.</exception>
    Task<BackupReport> SaveAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Writes a backup of this instant.</summary>
    /// <param name="destination">Where to; stays open. What was written before a failure is no backup.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="StateBackupException">A part failed or took too long.</exception>
    Task<BackupReport> SaveAsync(Stream destination, CancellationToken cancellationToken = default);

    /// <summary>Verifies a backup to its last byte without restoring it.</summary>
    /// <param name="source">The backup; need not be seekable, stays open.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="StateBackupException">It is damaged, incomplete or no backup.</exception>
    Task<BackupReport> InspectAsync(Stream source, CancellationToken cancellationToken = default);

    /// <summary>Restores a backup: all of it, or, whatever is wrong, nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; <see langword="null"/> means the defaults.</param>
    /// <param name="cancellationToken">Ends the reading. Once everything has been read and checked, the restore runs to its end.</param>
    /// <returns>What was restored and what was not.</returns>
    /// <exception cref="StateBackupException">It is damaged or does not fit this process; nothing has changed.</exception>
    Task<BackupReport> RestoreAsync(string path, RestoreOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Restores a backup: all of it, or, whatever is wrong, nothing.</summary>
    /// <param name="source">The backup; need not be seekable, stays open.</param>
    /// <param name="options">How; <see langword="null"/> means the defaults.</param>
    /// <param name="cancellationToken">Ends the reading. Once everything has been read and checked, the restore runs to its end.</param>
    /// <returns>What was restored and what was not.</returns>
    /// <exception cref="StateBackupException">It is damaged or does not fit this process; nothing has changed.</exception>
    Task<BackupReport> RestoreAsync(Stream source, RestoreOptions? options = null, CancellationToken cancellationToken = default);
}
