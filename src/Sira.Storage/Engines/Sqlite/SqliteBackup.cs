using SQLitePCL;
using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>Copies files of SQLite whole, and checks the copies.</summary>
internal static class SqliteBackup
{
    // So that giving up does not wait for all of a large file; SQLite goes on where it was, also after writes by others.
    private const int PagesPerStep = 4096;

    /// <summary>Copies a file that is in use.</summary>
    public static async ValueTask WriteAsync(string engine, string source, string path, CancellationToken cancellationToken)
    {
        if (Path.Exists(path))
        {
            throw new StorageException(StorageErrorKind.Denied, engine, $"The engine '{engine}' writes no backup over '{path}', which is there already. Name another file, or move that away.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw SystemErrors.Make(engine, path, new DirectoryNotFoundException());
        }

        var draft = path + "-draft";
        await OnThreadOfItsOwn(
            () =>
            {
                try
                {
                    Remove(draft);
                    Copy(engine, source, draft, cancellationToken);
                    Sync(draft);
                    File.Move(draft, path, overwrite: false);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw SystemErrors.Make(engine, path, exception);
                }
                finally
                {
                    Remove(draft);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a backup in the place of a file.</summary>
    public static async ValueTask RestoreAsync(string backup, string path, CancellationToken cancellationToken)
    {
        const string Engine = "sqlite";
        if (!File.Exists(backup))
        {
            throw new StorageException(StorageErrorKind.Unavailable, Engine, $"There is no backup '{backup}'. Name one that BackupAsync wrote.");
        }

        using var @lock = SqliteFile.Lock(Engine, path);
        await OnThreadOfItsOwn(
            () =>
            {
                var draft = path + "-draft";
                try
                {
                    File.Copy(backup, draft, overwrite: true);
                    using (var database = SqliteDatabase.OpenToRead(Engine, draft, backup))
                    {
                        SqliteSchema.Check(database, Engine);
                        Check(database, Engine);
                    }

                    Sync(draft);

                    // Beside another file these would be taken for its log.
                    File.Delete(path + "-wal");
                    File.Delete(path + "-shm");
                    File.Move(draft, path, overwrite: true);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw SystemErrors.Make(Engine, path, exception);
                }
                finally
                {
                    Remove(draft);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks every page and every index of a file.</summary>
    /// <exception cref="StorageException">Something is damaged.</exception>
    public static void Check(SqliteDatabase database, string engine)
    {
        using var statement = database.Prepare("PRAGMA integrity_check(1)");
        if (statement.Step() && statement.Text(0) is var verdict && verdict != "ok")
        {
            throw new StorageException(StorageErrorKind.Corrupt, engine, $"The engine '{engine}' finds '{database.Path}' damaged: {verdict}. Restore a backup that is whole.");
        }
    }

    private static void Copy(string engine, string source, string path, CancellationToken cancellationToken)
    {
        using var from = SqliteDatabase.OpenToRead(engine, source);
        using var to = SqliteDatabase.OpenToWrite(engine, path);

        // One transaction of reading for all steps, so that writers do not make it begin again.
        from.Run("BEGIN");
        from.Number("SELECT count(*) FROM sqlite_schema");
        using (var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main"))
        {
            int code;
            while ((code = raw.sqlite3_backup_step(backup, PagesPerStep)) == raw.SQLITE_OK)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (code != raw.SQLITE_DONE)
            {
                throw to.Failed(code);
            }
        }

        // The copy is a single file, whoever opens it.
        to.Run("PRAGMA journal_mode = DELETE");
        SqliteSchema.Check(to, engine);
        Check(to, engine);
    }

    // SQLite makes the other two when it opens a file that says it is in write-ahead mode.
    private static void Remove(string draft)
    {
        foreach (var end in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            if (File.Exists(draft + end))
            {
                File.Delete(draft + end);
            }
        }
    }

    private static void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    // Minutes of reading, for a large file: not on the pool.
    private static Task OnThreadOfItsOwn(Action action, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(action, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
