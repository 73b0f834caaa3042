using Npgsql;
using Polly;
using Polly.Retry;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;

namespace Sira.Storage.PostgreSql.Changes;

/// <summary>The connection that hears of changes: made when somebody subscribes first, and again whenever it is lost, which everybody is told of.</summary>
internal sealed class ChangeListener : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private readonly Database database;
    private readonly WatchRegister register;
    private readonly WatchStatements statements;
    private readonly Func<StorePartition[]> scopes;
    private readonly Action<StoreChange> tell;
    private readonly Action tellMissed;
    private readonly ResiliencePipeline reconnecting;
    private TaskCompletionSource listening = New();
    private Task? running;

    public ChangeListener(Database database, WatchRegister register, WatchStatements statements, Func<StorePartition[]> scopes, Action<StoreChange> tell, Action tellMissed)
    {
        (this.database, this.register, this.statements, this.scopes, this.tell, this.tellMissed) = (database, register, statements, scopes, tell, tellMissed);
        reconnecting = new ResiliencePipelineBuilder { TimeProvider = database.Time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is StorageException),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = LongestPause,
            Randomizer = database.Random.NextDouble,
            OnRetry = arguments =>
            {
                Fail(arguments.Outcome.Exception!);
                return default;
            },
        }).Build();
    }

    /// <summary>Waits until it listens, and throws what keeps it from it.</summary>
    public Task ListeningAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (closing.IsCancellationRequested)
            {
                return Task.FromException(database.Failures.Closed());
            }

            running ??= RunAsync();
            return listening.Task.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? ending;
        lock (gate)
        {
            closing.Cancel();
            ending = running;
        }

        if (ending is not null)
        {
            await ending.ConfigureAwait(false);
        }

        Fail(database.Failures.Closed());
        closing.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        await Task.Yield();
        for (var isAgain = false; !closing.IsCancellationRequested; isAgain = true)
        {
            try
            {
                var connection = await reconnecting.ExecuteAsync(static (self, token) => self.ListenAsync(token), this, closing.Token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    if (isAgain)
                    {
                        database.Logger.ListeningAgain(database.Options.Name);
                        tellMissed();
                    }

                    lock (gate)
                    {
                        listening.TrySetResult();
                    }

                    await HearAsync(connection).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it was: subscribers are told, and it is tried again.
                database.Logger.ListeningLost(database.Options.Name, exception);
                lock (gate)
                {
                    listening = listening.Task.IsCompleted ? New() : listening;
                }
            }
        }
    }

    private async ValueTask<NpgsqlConnection> ListenAsync(CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await RunAsync(connection, statements.Listen, cancellationToken).ConfigureAwait(false);
            await register.HoldAsync(connection, scopes(), cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (exception is StorageException or OperationCanceledException)
            {
                throw;
            }

            throw database.Failures.Of(exception, wasSent: false);
        }
    }

    private async ValueTask HearAsync(NpgsqlConnection connection)
    {
        connection.Notification += (_, notification) => Bring(notification.Payload);
        try
        {
            for (var renewed = database.Time.GetTimestamp(); ;)
            {
                var left = WatchRegister.Interval - database.Time.GetElapsedTime(renewed);
                if (left > TimeSpan.Zero)
                {
                    await connection.WaitAsync(left, closing.Token).ConfigureAwait(false);
                    continue;
                }

                if (!await register.HoldAsync(connection, scopes(), closing.Token).ConfigureAwait(false))
                {
                    // This process has slept for longer than its registration holds.
                    tellMissed();
                }

                renewed = database.Time.GetTimestamp();
            }
        }
        finally
        {
            if (connection.FullState is System.Data.ConnectionState.Open)
            {
                // It goes back to the pool.
                await RunAsync(connection, statements.Unlisten, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Bring(string payload)
    {
        if (Notification.TryRead(payload, out var change))
        {
            tell(change);
            return;
        }

        database.Logger.NotificationUnknown(database.Options.Name, statements.Channel);
        tellMissed();
    }

    private void Fail(Exception exception)
    {
        lock (gate)
        {
            if (listening.TrySetException(exception))
            {
                // Seen by whoever waits; nobody may.
                _ = listening.Task.Exception;
                listening = New();
            }
        }
    }

    private async ValueTask RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = database.Command(connection, sql);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
