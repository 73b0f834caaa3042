using SQLitePCL;
using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>Moves what was committed from the log into the file, beside the writes, so that no write waits for it.</summary>
internal sealed class SqliteCheckpoints(SqliteDatabase database) : IThreadPoolWorkItem, IDisposable
{
    // In pages. The first is SQLite's own default. The log begins anew only when a writer finds all of it moved, which under
    // steady writes never is so: at the second (100 MB) it is moved between two writes, when nobody adds to it.
    private const int Pages = 1000;
    private const int ManyPages = 25_000;
    private readonly Lock gate = new();
    private int pagesSinceMoved;
    private int pagesOfLog;
    private int isMoving;
    private bool isDisposed;

    /// <summary>Gets whether the log has become too long.</summary>
    public bool IsLong => Volatile.Read(ref pagesOfLog) > ManyPages;

    /// <summary>Looks after a commit whether it is time. Called by one writer at a time.</summary>
    public void Committed(SqliteDatabase writing)
    {
        raw.sqlite3_db_status(writing.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        pagesSinceMoved += pages;
        Interlocked.Add(ref pagesOfLog, pages);
        if (pagesSinceMoved > Pages && Interlocked.Exchange(ref isMoving, 1) == 0)
        {
            pagesSinceMoved = 0;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Moves all of the log if it has become too long. Between two writes, and never by who waits for one: it takes as long as the disk takes for 100 MB.</summary>
    public void MoveIfLong(SqliteDatabase writing)
    {
        if (IsLong && Move(writing, "PRAGMA wal_checkpoint(RESTART)"))
        {
            Volatile.Write(ref pagesOfLog, 0);
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

    /// <returns>Whether all of the log is in the file.</returns>
    private bool Move(SqliteDatabase moving, string sql)
    {
        try
        {
            using var statement = moving.Prepare(sql);

            // Whether another kept it from moving, how many pages the log has, how many of them are in the file.
            if (statement.Step() && statement.Number(0) == 0)
            {
                Volatile.Write(ref pagesOfLog, (int)statement.Number(1));
                return statement.Number(1) == statement.Number(2);
            }
        }
        catch (StorageException)
        {
            // What is not moved stays in the log, which is as good; a disk that has failed is told of by the next write.
        }

        return false;
    }
}
