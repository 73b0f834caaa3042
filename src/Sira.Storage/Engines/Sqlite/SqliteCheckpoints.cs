using SQLitePCL;
using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>Moves what was committed from the log into the file, beside the writes, so that no write waits for it.</summary>
internal sealed class SqliteCheckpoints(SqliteDatabase database) : IThreadPoolWorkItem, IDisposable
{
    // In pages. The first is SQLite's own default. At the second the log does not keep up with the writes any more (100 MB),
    // and is moved between two of them, when nobody adds to it.
    private const int Pages = 1000;
    private const int ManyPages = 25_000;
    private const int CommitsBetweenLooks = 32;

    private readonly Lock gate = new();
    private int commits;
    private int pagesSinceBegun;
    private int pagesSinceDone;
    private int isMoving;
    private bool isDisposed;

    /// <summary>Looks after a commit whether it is time. Called by one writer at a time.</summary>
    public void Committed(SqliteDatabase writing)
    {
        if (++commits % CommitsBetweenLooks != 0)
        {
            return;
        }

        raw.sqlite3_db_status(writing.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        pagesSinceBegun += pages;
        if (Interlocked.Add(ref pagesSinceDone, pages) > ManyPages)
        {
            Move(writing, "PRAGMA wal_checkpoint(RESTART)");
        }
        else if (pagesSinceBegun > Pages && Interlocked.Exchange(ref isMoving, 1) == 0)
        {
            pagesSinceBegun = 0;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Moves what can be moved, on the pool.</summary>
    public void Execute()
    {
        lock (gate)
        {
            if (!isDisposed)
            {
                Move(database, "PRAGMA wal_checkpoint(PASSIVE)");
            }
        }

        Volatile.Write(ref isMoving, 0);
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            database.Dispose();
        }
    }

    private void Move(SqliteDatabase moving, string sql)
    {
        try
        {
            using var statement = moving.Prepare(sql);
            if (statement.Step() && statement.Number(1) == statement.Number(2))
            {
                Volatile.Write(ref pagesSinceDone, 0);
            }
        }
        catch (StorageException)
        {
            // What is not moved stays in the log, which is as good; a disk that has failed is told of by the next write.
        }
    }
}
