using Microsoft.Extensions.Logging;
using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Opening;

namespace Sira.Storage.RocksDb.Writing;

/// <summary>Makes all writes of a database, one group after the other.</summary>
/// <remarks>
/// <para>Writes that have to be on the disk, and whatever comes while another is being made, go to a thread of the writer's own, which makes what waits there in one commit: as many callers as come share one <c>fsync</c>. A small write that need not wait for the disk, and finds nothing before it, is made by its caller, to whom handing it over would cost more than the write.</para>
/// <para>After a write has failed nothing is known for certain of the end of the log, so none is taken any more until the database was opened again.</para>
/// </remarks>
internal sealed class Writer : IDisposable
{
    // What a caller writes itself takes some ten microseconds.
    private const long LargestInline = 64 * 1024;

    private readonly OpenDatabase database;
    private readonly RocksDbErrors errors;
    private readonly ILogger logger;
    private readonly WriteScope scope;
    private readonly WriteQueue queue;
    private readonly Lock gate = new();
    private readonly WriteOptions relaxed = new(sync: false);
    private readonly WriteOptions immediate = new(sync: false, noSlowdown: true);
    private readonly WriteOptions synced = new(sync: true);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile StorageException? failure;
    private bool isClosed;

    public Writer(OpenDatabase database, ChangeHub changes, RocksDbErrors errors, int capacity, ILogger logger)
    {
        (this.database, this.errors, this.logger) = (database, errors, logger);
        scope = new WriteScope(database, changes);
        queue = new WriteQueue(capacity, errors);
        new Thread(Run) { IsBackground = true, Name = $"Sira storage {errors.Engine}" }.Start();
    }

    /// <summary>Gets whether a write has failed, so that none is taken any more.</summary>
    public bool HasFailed => failure is not null;

    /// <summary>Makes a write.</summary>
    /// <exception cref="StorageException">It was not made, or it is not known.</exception>
    public ValueTask<T> WriteAsync<T>(WriteRequest<T> request, CancellationToken cancellationToken)
    {
        if (request.Durability < StorageDurability.PowerLoss && request.Bytes <= LargestInline && !request.IsAlone && queue.IsEmpty && gate.TryEnter())
        {
            try
            {
                ThrowIfFailed();
                if (isClosed)
                {
                    throw errors.Closed();
                }

                if (TryMake(request))
                {
                    return ValueTask.FromResult(request.Result);
                }
            }
            finally
            {
                gate.Exit();
            }
        }

        return QueueAsync(request, cancellationToken);
    }

    /// <summary>Makes what waits, and takes no more.</summary>
    /// <returns>A task that ends when it is made.</returns>
    public Task EndAsync()
    {
        queue.End();
        return ended.Task;
    }

    /// <summary>Frees what it holds, once it has ended.</summary>
    public void Dispose()
    {
        // Callers may still be at their own writes.
        lock (gate)
        {
            isClosed = true;
            scope.Dispose();
        }

        relaxed.Dispose();
        immediate.Dispose();
        synced.Dispose();
    }

    // In the caller's thread, under the lock. It is not made where RocksDB would let it wait for flushes or compactions.
    private bool TryMake(WriteRequest request)
    {
        scope.Begin(isShared: false);
        try
        {
            request.Stage(scope);
        }
        catch (Exception exception)
        {
            scope.Drop();
            throw errors.Translate(exception);
        }

        if (scope.Count == 0)
        {
            return true;
        }

        if (scope.NeedsSync)
        {
            scope.Drop();
            return false;
        }

        try
        {
            scope.Commit(immediate);
            return true;
        }
        catch (NativeException exception) when (exception.Status is NativeStatus.Incomplete)
        {
            scope.Drop();
            return false;
        }
        catch (Exception exception)
        {
            throw Refuse(exception);
        }
    }

    private async ValueTask<T> QueueAsync<T>(WriteRequest<T> request, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        var waiting = request.Wait();
        queue.Add(request);
        using (cancellationToken.UnsafeRegister(static (state, token) => ((WriteRequest)state!).Cancel(token), request))
        {
            return await waiting.ConfigureAwait(false);
        }
    }

    private void Run()
    {
        var group = new List<WriteRequest>();
        while (queue.Take(group))
        {
            lock (gate)
            {
                Make(group);
            }

            foreach (var request in group)
            {
                request.Complete();
            }
        }

        ended.SetResult();
    }

    // Those that fail leave the group; who is left in it when it ends is done.
    private void Make(List<WriteRequest> group)
    {
        var isSynced = false;
        try
        {
            ThrowIfFailed();
            isSynced = Stage(group);
        }
#pragma warning disable CA1031 // Whatever it was, everybody who waits is told, and the thread goes on telling others.
        catch (Exception exception)
        {
            scope.Drop();
            Fail(group, errors.Translate(exception));
            return;
        }

        try
        {
            if (scope.Count > 0)
            {
                scope.Commit(isSynced ? synced : relaxed);
                CommitMetrics.Record(errors.Engine, group.Count, isSynced);
            }
        }
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(group, Refuse(exception));
        }
    }

    // Returns whether the commit has to be on the disk.
    private bool Stage(List<WriteRequest> group)
    {
        scope.Begin(isShared: group.Count > 1);
        var isSynced = false;
        for (var i = 0; i < group.Count; i++)
        {
            var request = group[i];
            var before = scope.Count;
            try
            {
                request.Stage(scope);
                isSynced |= scope.Count > before && request.Durability == StorageDurability.PowerLoss;
            }
            catch (Exception exception) when (scope.Count == before)
            {
                request.Fail(errors.Translate(exception));
                group.RemoveAt(i--);
            }
        }

        return isSynced || scope.NeedsSync;
    }

    private static void Fail(List<WriteRequest> group, StorageException exception)
    {
        foreach (var request in group)
        {
            request.Fail(exception);
        }

        group.Clear();
    }

    private StorageException Refuse(Exception exception)
    {
        scope.Drop();
        var translated = errors.Translate(exception, isUncertain: true);
        failure = translated;
        logger.WritesRefused(translated, errors.Engine);
        return translated;
    }

    private void ThrowIfFailed()
    {
        if (failure is { } failed)
        {
            throw errors.Of(failed.Kind, $"The engine '{errors.Engine}' takes no writes since one failed. Remove the cause, then open it again ({nameof(IStorageEngine.OpenAsync)}): {failed.Message}", failed);
        }
    }
}
