using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Migration;

/// <summary>Sends reads and writes of the namespace where they belong.</summary>
internal sealed class MigrationOperations(MigrationCore core)
{
    /// <summary>Reads from whichever engine is the truth.</summary>
    /// <param name="arguments">What to read.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="mark">Marks what has come from the source.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<TResult> ReadAsync<TArguments, TResult>(
        TArguments arguments,
        Func<IStorageEngine, TArguments, CancellationToken, ValueTask<TResult>> read,
        Func<TResult, TResult> mark,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await core.OpenAsync(cancellationToken).ConfigureAwait(false);

        // The gate of the source's readers is only closed behind the cut-over.
        if (core.Route == MigrationRoute.Target || !core.SourceReads.TryEnter())
        {
            return await read(core.Target, arguments, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return mark(await read(core.Source, arguments, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            core.SourceReads.Exit();
        }
    }

    /// <summary>Writes to whichever engine is the truth, and mirrors the write while a migration goes on.</summary>
    /// <param name="keys">What is written.</param>
    /// <param name="arguments">How. Nothing of it may change, also when the caller has left.</param>
    /// <param name="write">Writes it; told whether to the source.</param>
    /// <param name="mirror">Repeats in the target what was written, if anything was; told when the write was begun.</param>
    /// <param name="mark">Marks what has come from the source.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<TResult> WriteAsync<TArguments, TResult>(
        IReadOnlyList<StoreKey> keys,
        TArguments arguments,
        Func<IStorageEngine, bool, TArguments, CancellationToken, ValueTask<TResult>> write,
        Func<MigrationMirror, TArguments, TResult, long, Task> mirror,
        Func<TResult, TResult> mark,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        if (core.Route == MigrationRoute.Target)
        {
            try
            {
                return await write(core.Target, false, arguments, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                core.Writes.Exit();
            }
        }

        // From here on the write goes to its end, also when its caller leaves: otherwise it could come true behind the cut-over, or unmirrored.
        var writing = WriteSourceAsync(keys, arguments, write, mirror);
        try
        {
            return mark(await writing.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!writing.IsCompleted)
        {
            _ = writing.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Goes in among the writes, once it is known which engine is the truth.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await core.OpenAsync(cancellationToken).ConfigureAwait(false);
            await core.Writes.EnterAsync(cancellationToken).ConfigureAwait(false);
            if (core.Route != MigrationRoute.Unknown)
            {
                return;
            }

            // A cut-over has left it open while this one waited.
            core.Writes.Exit();
        }
    }

    private async Task<TResult> WriteSourceAsync<TArguments, TResult>(
        IReadOnlyList<StoreKey> keys,
        TArguments arguments,
        Func<IStorageEngine, bool, TArguments, CancellationToken, ValueTask<TResult>> write,
        Func<MigrationMirror, TArguments, TResult, long, Task> mirror)
    {
        try
        {
            if (core.Route != MigrationRoute.Both)
            {
                return await write(core.Source, true, arguments, CancellationToken.None).ConfigureAwait(false);
            }

            var held = await core.Locks.AcquireAsync(keys).ConfigureAwait(false);
            try
            {
                var begunAt = core.Time.GetTimestamp();
                var result = await write(core.Source, true, arguments, CancellationToken.None).ConfigureAwait(false);
                await mirror(core.Mirror, arguments, result, begunAt).ConfigureAwait(false);
                return result;
            }
            catch (Exception exception) when (exception is not (ArgumentException or NotSupportedException or StorageException { IsUncertain: false }))
            {
                core.Doubt(keys);
                throw;
            }
            finally
            {
                core.Locks.Release(held);
            }
        }
        finally
        {
            core.Writes.Exit();
        }
    }
}
