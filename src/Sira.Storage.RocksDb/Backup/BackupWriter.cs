using Sira.Storage.RocksDb.Opening;

namespace Sira.Storage.RocksDb.Backup;

/// <summary>Takes a copy of a database and checks it.</summary>
internal static class BackupWriter
{
    // The copy is read through once, which needs no more.
    private const long CheckCacheBytes = 8 * 1024 * 1024;

    /// <summary>Takes the copy. Blocks for as long as copying and reading it takes.</summary>
    /// <param name="database">The database.</param>
    /// <param name="path">Where to.</param>
    /// <param name="options">The options of its engine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What it holds.</returns>
    public static BackupCheck Run(OpenDatabase database, string path, RocksDbEngineOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var isDone = false;
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
            {
                Directory.CreateDirectory(parent);
            }

            database.Native.Checkpoint(path);
            var copy = options with { Path = path, IsReadOnly = true, BlockCacheBytes = CheckCacheBytes };
            using var opened = new DatabaseOpener(copy, time, new RocksDbErrors(options.Name, path)).Open();
            var check = new BackupCheck(opened, cancellationToken);
            check.Run();
            isDone = true;
            return check;
        }
        finally
        {
            if (!isDone)
            {
                // RocksDB makes the copy under the second name, and renames it.
                foreach (var left in (string[])[path, $"{path}.tmp"])
                {
                    if (Directory.Exists(left))
                    {
                        Directory.Delete(left, recursive: true);
                    }
                }
            }
        }
    }
}
