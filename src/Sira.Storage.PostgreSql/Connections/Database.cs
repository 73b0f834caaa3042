using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;
using Sira.Kernel.Time;
using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Schema;

namespace Sira.Storage.PostgreSql.Connections;

/// <summary>The connections to one database: opens on first use, tries again what cannot have been made, and puts errors in the terms of storage.</summary>
internal sealed class Database : IAsyncDisposable
{
    // 0.1, 0.2, 0.4 and 0.8 seconds: the restart of a server, or of the one that takes over.
    private const int Retries = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    // As many threads at once ask the server to give up statements; each may have to wait for a connection.
    private const int Asking = 4;

    private readonly TaskScheduler asking = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Asking).ConcurrentScheduler;
    private readonly NpgsqlDataSource source;
    private readonly bool isOwner;
    private readonly SchemaInstaller installer;
    private readonly ResiliencePipeline retrying;
    private readonly SemaphoreSlim opening = new(1);
    private volatile bool isOpen;
    private volatile bool isClosed;

    public Database(PostgreSqlEngineOptions options, TimeProvider time, IRandomSource random, ILogger logger)
    {
        (Options, Time, Random, Logger) = (options, time, random, logger);
        Failures = new Failures(options.Name, options.Schema);
        installer = new SchemaInstaller(options, logger);
        isOwner = options.DataSource is null;
        source = options.DataSource ?? Build(options.ConnectionString!);
        retrying = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Retries,
            ShouldHandle = arguments => new ValueTask<bool>(!isClosed && Failures.CanRetry(arguments.Outcome.Exception)),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstDelay,
            Randomizer = random.NextDouble,
            OnRetry = arguments =>
            {
                logger.Retrying(options.Name, arguments.AttemptNumber + 1, arguments.RetryDelay, arguments.Outcome.Exception?.Message);
                return default;
            },
        }).Build();
    }

    public PostgreSqlEngineOptions Options { get; }

    public TimeProvider Time { get; }

    public IRandomSource Random { get; }

    public ILogger Logger { get; }

    public Failures Failures { get; }

    public bool IsClosed => isClosed;

    /// <summary>Called once, when the database was opened.</summary>
    public Action? Opened { get; set; }

    public ValueTask EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (isClosed)
        {
            return ValueTask.FromException(Failures.Closed());
        }

        return isOpen ? ValueTask.CompletedTask : OpenAsync(cancellationToken);
    }

    /// <summary>Runs what only reads, and again where the server went away meanwhile.</summary>
    public ValueTask<T> ReadAsync<TState, T>(TState state, Func<NpgsqlConnection, TState, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken) =>
        RunAsync(isWrite: false, state, work, cancellationToken);

    /// <summary>Runs what writes, and again only where the server says that nothing was made or nothing was sent.</summary>
    public ValueTask<T> WriteAsync<TState, T>(TState state, Func<NpgsqlConnection, TState, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken) =>
        RunAsync(isWrite: true, state, work, cancellationToken);

    /// <summary>Opens a connection for a longer time.</summary>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            throw Map(exception, wasSent: false);
        }
    }

    /// <summary>Makes a statement, of a text of this package.</summary>
    public NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = (int)Options.CommandTimeout.TotalSeconds };

    /// <summary>Makes statements that are sent together.</summary>
    public NpgsqlBatch Batch(NpgsqlConnection connection) => new(connection) { Timeout = (int)Options.CommandTimeout.TotalSeconds };

    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        if (isOwner)
        {
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static NpgsqlDataSource Build(string connectionString)
    {
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys)
        {
            given.Add(name.Replace(" ", string.Empty, StringComparison.Ordinal));
        }

        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.MaxAutoPrepare = given.Contains(nameof(settings.MaxAutoPrepare)) ? settings.MaxAutoPrepare : 64;
        settings.AutoPrepareMinUsages = given.Contains(nameof(settings.AutoPrepareMinUsages)) ? settings.AutoPrepareMinUsages : 2;

        // Nothing that is done here outlives its transaction, so there is nothing to reset.
        settings.NoResetOnClose = !given.Contains(nameof(settings.NoResetOnClose)) || settings.NoResetOnClose;
        settings.KeepAlive = given.Contains(nameof(settings.KeepAlive)) ? settings.KeepAlive : 30;
        settings.ApplicationName ??= "Sira";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    private async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (isOpen)
            {
                return;
            }

            await retrying.ExecuteAsync(
                static (self, token) => self.TryAsync(
                    isWrite: false,
                    self,
                    static async (connection, self, token) =>
                    {
                        await self.installer.EnsureAsync(connection, token).ConfigureAwait(false);
                        return true;
                    },
                    token),
                this,
                cancellationToken).ConfigureAwait(false);
            isOpen = true;
            Opened?.Invoke();
        }
        finally
        {
            opening.Release();
        }
    }

    private async ValueTask<T> RunAsync<TState, T>(bool isWrite, TState state, Func<NpgsqlConnection, TState, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!isOpen || isClosed)
        {
            await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        }

        Exception failure;
        try
        {
            return await TryAsync(isWrite, state, work, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception) when (Failures.CanRetry(exception))
        {
            failure = exception;
        }

        // The first attempt is made without the pipeline, whose layers cost some microseconds for each call, and told to it when it has failed.
        return await retrying.ExecuteAsync(
            static (call, token) => Interlocked.Exchange(ref call.first.Value, null) is { } known ? ValueTask.FromException<T>(known) : call.self.TryAsync(call.isWrite, call.state, call.work, token),
            (self: this, isWrite, state, work, first: new StrongBox<Exception?>(failure)),
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<T> TryAsync<TState, T>(bool isWrite, TState state, Func<NpgsqlConnection, TState, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var patience = cancellationToken.CanBeCanceled ? new PatientCancellation(Time, asking, cancellationToken) : null;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                return await work(connection, state, patience?.Token ?? CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsFailure(exception, cancellationToken))
            {
                throw Map(exception, isWrite);
            }
            catch (OperationCanceledException exception) when (exception.CancellationToken != cancellationToken)
            {
                throw new OperationCanceledException(exception.Message, exception.InnerException, cancellationToken);
            }
            finally
            {
                patience?.Dispose();
            }
        }
    }

    private static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is not (StorageException or ArgumentException or NotSupportedException) && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private StorageException Map(Exception exception, bool wasSent)
    {
        if (isClosed || exception is ObjectDisposedException)
        {
            return Failures.Closed(wasSent);
        }

        var failure = Failures.Of(exception, wasSent);
        if (failure.Kind is StorageErrorKind.Unavailable || exception is PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName })
        {
            // The others that wait in the pool lead to the same server that went away, and without this each would fail once; and a connection that has lost its prepared statements would fail for ever.
            source.Clear();
        }

        return failure;
    }
}
