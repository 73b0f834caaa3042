using System.Collections.Concurrent;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>The connections that read, made when they are needed.</summary>
internal sealed class SqliteReaders(string engine, int maximum, Func<SqliteReader> open) : IAsyncDisposable
{
    private readonly SemaphoreSlim slots = new(maximum);
    private readonly ConcurrentBag<SqliteReader> idle = [];
    private volatile bool isClosed;

    /// <summary>Reads something: at once, on the caller's thread, unless too many read already.</summary>
    /// <param name="arguments">What it needs.</param>
    /// <param name="read">The reading.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<TResult> ReadAsync<TArguments, TResult>(TArguments arguments, Func<SqliteReader, TArguments, TResult> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return slots.Wait(0, CancellationToken.None) ? ValueTask.FromResult(Read(arguments, read)) : WaitAsync(arguments, read, cancellationToken);
    }

    /// <summary>Lets nobody read any more, and waits for those who do.</summary>
    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        for (var i = 0; i < maximum; i++)
        {
            await slots.WaitAsync().ConfigureAwait(false);
        }

        slots.Release(maximum);
        while (idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private async ValueTask<TResult> WaitAsync<TArguments, TResult>(TArguments arguments, Func<SqliteReader, TArguments, TResult> read, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Read(arguments, read);
    }

    private TResult Read<TArguments, TResult>(TArguments arguments, Func<SqliteReader, TArguments, TResult> read)
    {
        try
        {
            if (isClosed)
            {
                throw SqliteEngine.Closed(engine);
            }

            if (!idle.TryTake(out var reader))
            {
                reader = open();
            }

            try
            {
                var result = read(reader, arguments);
                idle.Add(reader);
                return result;
            }
            catch
            {
                // It may stand in the middle of something.
                reader.Dispose();
                throw;
            }
        }
        finally
        {
            slots.Release();
        }
    }
}
