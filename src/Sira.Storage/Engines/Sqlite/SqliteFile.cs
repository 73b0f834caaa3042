using Sira.Storage.Changes;
using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>A file that is open: its lock, its writer, its readers.</summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    private readonly FileStream @lock;
    private readonly SqliteCheckpoints checkpoints;

    private SqliteFile(FileStream @lock, SqliteEngineOptions options, SqliteDatabase database, TimeProvider time, ChangeHub changes)
    {
        this.@lock = @lock;
        var (engine, path) = (options.Name, options.Path);
        var partitions = new SqlitePartitions();
        checkpoints = new SqliteCheckpoints(Configure(SqliteDatabase.OpenToWrite(engine, path), options));
        Writer = new SqliteWriter(options, database, new SqliteTables(database, engine, partitions, time), changes, checkpoints);
        Readers = new SqliteReaders(engine, options.MaximumReaders, () => new SqliteReader(SqliteDatabase.OpenToRead(engine, path), partitions));
    }

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    /// <summary>Opens a file, making it if it is not there. What a crash left in its log is taken up by SQLite.</summary>
    /// <exception cref="StorageException">It cannot be opened.</exception>
    public static SqliteFile Open(SqliteEngineOptions options, TimeProvider time, ChangeHub changes)
    {
        var @lock = Lock(options.Name, options.Path);
        try
        {
            var database = Configure(SqliteDatabase.OpenToWrite(options.Name, options.Path), options);
            try
            {
                SqliteSchema.Prepare(database, options.Name);
                if (options.CheckAtOpen)
                {
                    SqliteBackup.Check(database, options.Name);
                }

                if (options.MaximumBytes is { } bytes)
                {
                    database.Number($"PRAGMA max_page_count = {bytes / database.Number("PRAGMA page_size")}");
                }

                return new SqliteFile(@lock, options, database, time, changes);
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Locks a file for one engine, by a file beside it; the system takes the lock back when the process dies.</summary>
    /// <returns>The lock; free when it is disposed of.</returns>
    /// <exception cref="StorageException">Somebody else has it, or it cannot be used.</exception>
    public static FileStream Lock(string engine, string path)
    {
        if (Directory.Exists(path))
        {
            throw new StorageException(StorageErrorKind.Unavailable, engine, $"The engine '{engine}' cannot use '{path}': it is a folder. Name a file in it, such as '{Path.Join(path, "sira.db")}'.");
        }

        try
        {
            return new FileStream(path + "-lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SystemErrors.Make(engine, path, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Readers.DisposeAsync().ConfigureAwait(false);
        checkpoints.Dispose();
        await Writer.CloseAsync().ConfigureAwait(false);
        await @lock.DisposeAsync().ConfigureAwait(false);
    }

    // The log is moved by SqliteCheckpoints, and cut to 64 MiB where it had grown beyond. A larger cache than the default of 2 MB keeps the upper levels of the trees.
    private static SqliteDatabase Configure(SqliteDatabase database, SqliteEngineOptions options)
    {
        database.Number($"PRAGMA secure_delete = {(options.SecureDelete ? 1 : 0)}");
        database.Number("PRAGMA wal_autocheckpoint = 0");
        database.Number("PRAGMA journal_size_limit = 67108864");
        database.Number("PRAGMA cache_size = -16384");
        return database;
    }
}
