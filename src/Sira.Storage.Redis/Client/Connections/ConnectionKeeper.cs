using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Sira.Kernel.Time;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>Keeps one connection: makes it when it is first needed, and again when it is lost.</summary>
/// <remarks>While the first attempt runs, callers wait for it. Once it has failed they are told so at once, and attempts go on in the background with growing waits.</remarks>
internal sealed class ConnectionKeeper : IAsyncDisposable
{
    // Two in a row that do not live that long have failed: to connect again and again at once would be a storm.
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
    private RedisException? lastLoss;
    private int shortLives;
    private bool isTrying;
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
            if (current is { IsOpen: true } made)
            {
                return ValueTask.FromResult(made);
            }

            if (failure is { } known)
            {
                throw new RedisException(known.Kind, known.Message, known) { Code = known.Code };
            }

            Begin();
            return new ValueTask<RedisConnection>(first!.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Connects, unless there is a connection, without waiting for the next attempt to be due.</summary>
    /// <exception cref="RedisException">It cannot be had.</exception>
    public async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref failure) is not null)
        {
            await MakeAsync(isLoop: false, cancellationToken).ConfigureAwait(false);
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

    // Under the lock. After a failure there is nothing to begin: somebody is trying.
    private void Begin()
    {
        if (failure is not null)
        {
            return;
        }

        first ??= new TaskCompletionSource<RedisConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!isTrying)
        {
            isTrying = true;
            loop = RunAsync(shortLives > 1 ? lastLoss : null);
        }
    }

    private async Task RunAsync(RedisException? tooShort)
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
                    if (attempt == 1 && tooShort is not null)
                    {
                        throw tooShort;
                    }

                    if (!await MakeAsync(isLoop: true, token).ConfigureAwait(false))
                    {
                        throw new RedisException(RedisErrorKind.Connection, $"The connection to the Redis server {address} was lost as soon as it was made. Look at the server's log.");
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.CannotConnect(address, purpose, attempt, exception);
                    var known = exception as RedisException ?? new RedisException(RedisErrorKind.Connection, $"The Redis server {address} cannot be connected to: {exception.Message}", exception);
                    Tell(known);
                    throw known;
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

    // Returns whether there is a connection; it may be somebody else's that came in between.
    private async ValueTask<bool> MakeAsync(bool isLoop, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref current) is not { IsOpen: true })
        {
            var made = await connect(cancellationToken).ConfigureAwait(false);
            if (!TryTake(made))
            {
                await made.DisposeAsync().ConfigureAwait(false);
            }
        }

        lock (gate)
        {
            if (current is not { IsOpen: true } open)
            {
                return false;
            }

            first?.TrySetResult(open);
            (first, failure, isTrying) = (null, null, isTrying && !isLoop);
            return true;
        }
    }

    private bool TryTake(RedisConnection made)
    {
        lock (gate)
        {
            if (isClosed || current is { IsOpen: true })
            {
                return false;
            }

            current = made;
        }

        logger.Connected(address, purpose);
        made.OnLost(Lose);
        return true;
    }

    private void Lose(RedisConnection connection, RedisException reason)
    {
        lock (gate)
        {
            shortLives = time.GetElapsedTime(connection.OpenedAt) < ShortLife ? shortLives + 1 : 0;
            lastLoss = reason;
            if (isClosed)
            {
                return;
            }

            if (ReferenceEquals(current, connection))
            {
                current = null;
            }

            if (current is null)
            {
                Begin();
            }
        }

        RedisMetrics.Lost();
        logger.Lost(address, purpose, reason);
    }
}
