using Microsoft.Extensions.Logging;
using Sira.Storage.Changes;
using Sira.Storage.RocksDb.Native;
using Sira.Storage.RocksDb.Writing;

namespace Sira.Storage.RocksDb.Opening;

/// <summary>Opens the database of an engine when it is needed first, and again when a write has failed and somebody asks for it.</summary>
internal sealed class DatabaseHost(RocksDbEngineOptions options, TimeProvider time, ChangeHub changes, RocksDbErrors errors, ILogger logger) : IAsyncDisposable
{
    // Held in memory twice while it is made, and once more until it goes to a table.
    private const long MaximumWrite = 256L * 1024 * 1024;

    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile OpenSession? current;
    private volatile bool isClosed;

    /// <summary>Gets the database, if it is open.</summary>
    public OpenDatabase? Current => current?.Database;

    /// <summary>Opens the database, unless it is open and takes writes.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (current is null or { Writer.HasFailed: true })
        {
            await OpenSlowlyAsync(reopens: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads, on the caller's thread.</summary>
    public ValueTask<T> ReadAsync<TState, T>(TState state, Func<OpenDatabase, TState, CancellationToken, T> read, CancellationToken cancellationToken) =>
        current is { } session ? ValueTask.FromResult(Read(session, state, read, cancellationToken)) : OpenAndReadAsync(state, read, cancellationToken);

    /// <summary>Makes a write.</summary>
    public ValueTask<T> WriteAsync<T>(WriteRequest<T> request, CancellationToken cancellationToken) =>
        options.IsReadOnly ? throw errors.ReadOnly()
        : request.Bytes > MaximumWrite ? throw new ArgumentException($"{request.Bytes} bytes cannot be written at once, and {MaximumWrite} can. Split the batch.", nameof(request))
        : current is { } session ? session.Writer!.WriteAsync(request, cancellationToken)
        : OpenAndWriteAsync(request, cancellationToken);

    /// <summary>Does something that takes its time, on a thread of its own.</summary>
    public async ValueTask<T> WorkAsync<T>(Func<OpenDatabase, T> work, CancellationToken cancellationToken)
    {
        var session = current ?? await OpenSlowlyAsync(reopens: false, cancellationToken).ConfigureAwait(false);
        return await OnOwnThreadAsync(() => Read(session, work, static (database, work, _) => work(database), CancellationToken.None)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Interlocked.Exchange(ref current, null) is { } session)
            {
                await CloseAsync(session).ConfigureAwait(false);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private static Task<T> OnOwnThreadAsync<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    private async ValueTask<T> OpenAndReadAsync<TState, T>(TState state, Func<OpenDatabase, TState, CancellationToken, T> read, CancellationToken cancellationToken) =>
        Read(await OpenSlowlyAsync(reopens: false, cancellationToken).ConfigureAwait(false), state, read, cancellationToken);

    private async ValueTask<T> OpenAndWriteAsync<T>(WriteRequest<T> request, CancellationToken cancellationToken) =>
        await (await OpenSlowlyAsync(reopens: false, cancellationToken).ConfigureAwait(false)).Writer!.WriteAsync(request, cancellationToken).ConfigureAwait(false);

    private T Read<TState, T>(OpenSession session, TState state, Func<OpenDatabase, TState, CancellationToken, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return read(session.Database, state, cancellationToken);
        }
        catch (Exception exception) when (exception is NativeException or ObjectDisposedException)
        {
            throw errors.Translate(exception);
        }
    }

    private async ValueTask<OpenSession> OpenSlowlyAsync(bool reopens, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (isClosed)
            {
                throw errors.Closed();
            }

            var session = current;
            if (session is not null && (!reopens || session.Writer is not { HasFailed: true }))
            {
                return session;
            }

            if (session is not null)
            {
                current = null;
                await CloseAsync(session).ConfigureAwait(false);

                // The write that failed may have been made, and nobody was told.
                changes.TellMissed();
            }

            current = session = await OnOwnThreadAsync(Open).ConfigureAwait(false);
            RocksDbGauges.Add(session, errors.Engine);
            logger.EngineOpened(errors.Engine, options.Path, options.IsReadOnly ? "read only" : "read and write");
            return session;
        }
        finally
        {
            gate.Release();
        }
    }

    private OpenSession Open()
    {
        var database = new DatabaseOpener(options, time, errors).Open();
        try
        {
            return new OpenSession(database, options.IsReadOnly ? null : new Writer(database, changes, errors, options.MaximumWaitingWrites, logger));
        }
        catch (Exception exception)
        {
            database.Dispose();
            throw errors.Translate(exception);
        }
    }

    private async ValueTask CloseAsync(OpenSession session)
    {
        if (session.Writer is { } writer)
        {
            await writer.EndAsync().ConfigureAwait(false);
            await OnOwnThreadAsync(() => Flush(session)).ConfigureAwait(false);
            writer.Dispose();
        }

        session.Database.Dispose();
        await session.Database.Native.Closing.ConfigureAwait(false);
    }

    // So that the next start has nothing to recover, and everything lies in tables, whose every block has a checksum.
    private bool Flush(OpenSession session)
    {
        try
        {
            if (!session.Writer!.HasFailed)
            {
                foreach (var family in session.Database.Native.Families)
                {
                    session.Database.Native.Flush(family);
                }
            }

            return true;
        }
        catch (NativeException exception)
        {
            logger.FlushFailed(errors.Translate(exception), errors.Engine);
            return false;
        }
    }
}
