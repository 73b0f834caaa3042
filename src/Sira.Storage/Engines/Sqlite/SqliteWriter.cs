using System.Collections.Concurrent;
using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Errors;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>
/// The one who writes. SQLite takes one transaction at a time, so writes stand in a queue, and all that stand there are committed
/// together: one commit, and one wait for the disk, for many callers. A write that need not wait for the disk and finds nobody
/// before it is made by its caller at once.
/// </summary>
internal sealed class SqliteWriter : IThreadPoolWorkItem
{
    // So that the first of a group does not wait too long for the last.
    private const int GroupLength = 1000;
    private const int ExpiredPerGroup = 100;

    private static readonly TimeSpan BetweenExpiries = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<SqliteWork> queue = new();
    private readonly List<SqliteWork> group = [];
    private readonly SqliteEngineOptions options;
    private readonly SqliteDatabase database;
    private readonly SqliteTables tables;
    private readonly SqliteStatement begin, commit, rollback;
    private readonly ChangeHub changes;
    private readonly SqliteCheckpoints checkpoints;
    private DateTimeOffset nextExpiry;
    private StorageException? broken;
    private int waiting;
    private int isWriting;
    private bool isFull;
    private volatile bool isClosed;

    public SqliteWriter(SqliteEngineOptions options, SqliteDatabase database, SqliteTables tables, ChangeHub changes, SqliteCheckpoints checkpoints)
    {
        (this.options, this.database, this.tables, this.changes, this.checkpoints) = (options, database, tables, changes, checkpoints);
        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        rollback = database.Prepare("ROLLBACK");
        SetSynchronous(isToBeFull: false);
    }

    /// <summary>Makes a write.</summary>
    /// <param name="arguments">What it needs.</param>
    /// <param name="run">What it does; must not throw for a condition that does not hold, nor have changed anything then.</param>
    /// <param name="durability">What it has to survive.</param>
    /// <param name="cancellationToken">Gives up while it waits for others.</param>
    public ValueTask<TResult> WriteAsync<TArguments, TResult>(TArguments arguments, Func<SqliteTables, TArguments, TResult> run, StorageDurability durability, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        var work = new SqliteWork<TArguments, TResult>(arguments, run, durability);
        if (durability < StorageDurability.PowerLoss && queue.IsEmpty && !checkpoints.IsLong && TryBecomeWriter())
        {
            try
            {
                RunAlone(work);
            }
            finally
            {
                EndWriting();
            }

            return ValueTask.FromResult(work.Result);
        }

        if (Interlocked.Increment(ref waiting) > options.MaximumQueue)
        {
            Interlocked.Decrement(ref waiting);
            throw new StorageException(StorageErrorKind.Busy, options.Name, $"The engine '{options.Name}' has {options.MaximumQueue} writes waiting. Write less, or raise {nameof(SqliteEngineOptions.MaximumQueue)}.");
        }

        var task = work.Wait(cancellationToken);
        queue.Enqueue(work);
        StartWriting();
        if (isClosed && work.TryTake())
        {
            // It came too late: nobody may be left to write it.
            work.Fail(SqliteEngine.Closed(options.Name));
        }

        return new ValueTask<TResult>(task);
    }

    /// <summary>Writes what waits, on the pool.</summary>
    public void Execute()
    {
        try
        {
            while (!queue.IsEmpty)
            {
                TakeGroup();
                RunGroup();
                checkpoints.MoveIfLong(database);
            }
        }
        finally
        {
            EndWriting();
        }
    }

    /// <summary>Takes no more writes, and waits for those that wait.</summary>
    public async ValueTask CloseAsync()
    {
        isClosed = true;
        while (!queue.IsEmpty || !TryBecomeWriter())
        {
            StartWriting();
            await Task.Yield();
        }

        foreach (var statement in (SqliteStatement[])[begin, commit, rollback])
        {
            statement.Dispose();
        }

        tables.Dispose();
        database.Dispose();
    }

    private bool TryBecomeWriter() => Interlocked.CompareExchange(ref isWriting, 1, 0) == 0;

    private void StartWriting()
    {
        if (!queue.IsEmpty && TryBecomeWriter())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void EndWriting()
    {
        Volatile.Write(ref isWriting, 0);

        // What came in the last moment has seen that somebody writes.
        Interlocked.MemoryBarrier();
        StartWriting();
    }

    private void TakeGroup()
    {
        while (group.Count < GroupLength && queue.TryDequeue(out var work))
        {
            Interlocked.Decrement(ref waiting);
            if (work.TryTake())
            {
                group.Add(work);
            }
        }
    }

    private void RunAlone(SqliteWork work)
    {
        group.Add(work);
        try
        {
            Commit();
        }
        finally
        {
            group.Clear();
        }
    }

    private void RunGroup()
    {
        try
        {
            Commit();
            foreach (var work in group)
            {
                work.Complete();
            }
        }
        catch (StorageException exception) when (exception.Kind is StorageErrorKind.Full && group.Count > 1)
        {
            // One that is too large must not take the others with it.
            RunEach();
        }
        catch (Exception exception)
        {
            foreach (var work in group)
            {
                work.Fail(exception);
            }
        }
        finally
        {
            group.Clear();
        }
    }

    private void RunEach()
    {
        SqliteWork[] all = [.. group];
        foreach (var work in all)
        {
            group.Clear();
            group.Add(work);
            RunGroup();
        }
    }

    private void Commit()
    {
        if (broken is { } since)
        {
            throw new StorageException(StorageErrorKind.ReadOnly, options.Name, $"The engine '{options.Name}' writes no more: {since.Message}", since);
        }

        try
        {
            var isToBeFull = group.Exists(static work => work.Durability is StorageDurability.PowerLoss);
            if (isFull != isToBeFull)
            {
                SetSynchronous(isToBeFull);
            }

            begin.Run();
            tables.Begin();
            foreach (var work in group)
            {
                work.Run(tables);
            }

            Expire();
            commit.Run();
        }
        catch (StorageException exception) when (exception.IsUncertain)
        {
            RollBack();

            // After a write or a sync that failed nobody knows what the disk holds (fsyncgate): to go on as if it were known loses data.
            broken = new StorageException(exception.Kind, options.Name, $"{exception.Message} Nothing more is written until then.", exception) { IsUncertain = true, IsTransient = false };
            throw broken;
        }
        catch
        {
            RollBack();
            throw;
        }

        tables.Committed();
        foreach (var change in tables.Changes)
        {
            changes.Tell(change);
        }

        tables.Changes.Clear();
        checkpoints.Committed(database);
    }

    // Beside the writes, some at a time.
    private void Expire()
    {
        if (tables.Now >= nextExpiry)
        {
            nextExpiry = tables.Now + BetweenExpiries;
            tables.Expire(ExpiredPerGroup);
        }
    }

    // Not a prepared statement: this pragma is carried out when it is prepared. And one that is not carried out says nothing.
    private void SetSynchronous(bool isToBeFull)
    {
        var level = isToBeFull ? 2 : 1;
        database.Run($"PRAGMA synchronous = {level}");
        if (database.Number("PRAGMA synchronous") != level)
        {
            throw new StorageException(StorageErrorKind.Unknown, options.Name, $"The engine '{options.Name}' cannot set how '{database.Path}' is written to the disk. Open it anew.");
        }

        isFull = isToBeFull;
    }

    private void RollBack()
    {
        tables.RolledBack();
        try
        {
            rollback.Run();
        }
        catch (StorageException)
        {
            // The error has rolled it back already.
        }
    }

    private void ThrowIfClosed()
    {
        if (isClosed)
        {
            throw SqliteEngine.Closed(options.Name);
        }
    }
}
