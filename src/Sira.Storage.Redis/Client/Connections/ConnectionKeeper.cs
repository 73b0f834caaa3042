using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Sira.Kernel.Time;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>Keeps one connection: makes it when it is first needed, and again when it is lost.</summary>
/// <remarks>While the first attempt runs, callers wait for it. Once it has failed they are told so at once, and attempts go on in the background with growing waits.</remarks>
internal sealed class ConnectionKeeper : IAsyncDisposable
{
    // One that does not live that long has failed: to connect again at once would be a storm.
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<RedisConnection>> connect;
    private readonly string address;
    private readonly string purpose;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ResiliencePipeline pipeline;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private RedisConnection? current;
    private TaskCompletionSource<RedisConnection>? first;
    private RedisException? failure;
    private Task loop = Task.CompletedTask;
    private bool isClosed;

    /// <param name="connect">Makes a connection, ready for use.</param>
    /// <param name="address">The server, for who reads the log.</param>
    /// <param name="purpose">What for, likewise.</param>
    /// <param name="options">How long to wait between attempts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads the waits.</param>
    /// <param name="logger">The log.</param>
    public ConnectionKeeper(Func<CancellationToken, Task<RedisConnection>> connect, string address, string purpose, RedisClientOptions options, TimeProvider time, IRandomSource random, ILogger logger)
    {
        (this.connect, this.address, this.purpose, this.time, this.logger) = (connect, address, purpose, time, logger);
        pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is RedisException),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.ReconnectDelay,
            MaxDelay = options.MaximumReconnectDelay,
            Randomizer = random.NextDouble,
        }).Build();
    }

    /// <summary>Returns the connection, and waits for it where it is being made for the first time.</summary>
    /// <exception cref="RedisException">There is none now.</exception>
    public ValueTask<RedisConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref current) is { IsOpen: true } open)
        {
            return ValueTask.FromResult(open);
        }

        lock (gate)
        {
            ThrowIfClosed();
            if (failure is { } known)
            {
                throw new RedisException(known.Kind, known.Message, known) { Code = known.Code };
            }

            Begin(shortLived: null);
            return new ValueTask<RedisConnection>(first!.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Connects, unless there is a connection, without waiting for the next attempt to be due.</summary>
    /// <exception cref="RedisException">It cannot be had.</exception>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref failure) is not null)
        {
            var made = await connect(cancellationToken).ConfigureAwait(false);
            if (!TryTake(made))
            {
                await made.DisposeAsync().ConfigureAwait(false);
            }
        }

        await GetAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        RedisConnection? last;
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            isClosed = true;
            last = current;
        }

        await closing.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        if (last is not null)
        {
            await last.DisposeAsync().ConfigureAwait(false);
        }

        closing.Dispose();
    }

    private void ThrowIfClosed()
    {
        if (isClosed)
        {
            throw new RedisException(RedisErrorKind.Closed, "The Redis client was disposed of. Make another.");
        }
    }

    // Under the lock.
    private void Begin(RedisException? shortLived)
    {
        if (first is null && failure is null)
        {
            first = new TaskCompletionSource<RedisConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
            loop = Task.WhenAll(loop.IsCompleted ? Task.CompletedTask : loop, RunAsync(shortLived));
        }
    }

    private async Task RunAsync(RedisException? shortLived)
    {
        // Never under the caller's lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var attempt = 0;
        try
        {
            await pipeline.ExecuteAsync(async token =>
            {
                attempt++;
                try
                {
                    if (attempt == 1 && shortLived is not null)
                    {
                        throw shortLived;
                    }

                    if (Volatile.Read(ref current) is { IsOpen: true })
                    {
                        return;
                    }

                    var made = await connect(token).ConfigureAwait(false);
                    if (!TryTake(made))
                    {
                        await made.DisposeAsync().ConfigureAwait(false);
                    }
                }
                catch (RedisException exception)
                {
                    logger.CannotConnect(address, purpose, attempt, exception);
                    Tell(exception);
                    throw;
                }
            }, closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Tell(new RedisException(RedisErrorKind.Closed, "The Redis client was disposed of. Make another."));
        }
    }

    private void Tell(RedisException exception)
    {
        TaskCompletionSource<RedisConnection>? waiting;
        lock (gate)
        {
            if (current is { IsOpen: true })
            {
                return;
            }

            (failure, waiting, first) = (exception, first, null);
        }

        // Perhaps nobody waits, and then nobody looks at it.
        waiting?.TrySetException(exception);
        _ = waiting?.Task.Exception;
    }

    private bool TryTake(RedisConnection made)
    {
        TaskCompletionSource<RedisConnection>? waiting;
        lock (gate)
        {
            if (isClosed || current is { IsOpen: true })
            {
                return false;
            }

            (current, failure, waiting, first) = (made, null, first, null);
        }

        logger.Connected(address, purpose);
        waiting?.TrySetResult(made);
        made.OnLost((connection, reason) => Lose(connection, reason));
        return true;
    }

    private void Lose(RedisConnection connection, RedisException reason)
    {
        lock (gate)
        {
            if (isClosed || !ReferenceEquals(current, connection))
            {
                return;
            }

            current = null;
            Begin(time.GetElapsedTime(connection.OpenedAt) < ShortLife ? reason : null);
        }

        RedisMetrics.Lost();
        logger.Lost(address, purpose, reason);
    }
}
