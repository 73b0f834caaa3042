using System.Buffers;
using System.IO.Pipelines;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>One connection, from its stream to its loss: callers share it, and get their answers in the order in which they asked.</summary>
/// <remarks>
/// A command is put among those that wait and into the bytes to send under one lock, so that both have one order. Whoever finds nobody sending sends, and what others add meanwhile goes with the next write.
/// When anything goes wrong, the connection is over: a new one has no memory of what was answered and what was not.
/// </remarks>
internal sealed class RedisConnection : IThreadPoolWorkItem, IAsyncDisposable
{
    private static readonly RedisCommand Ping = new("PING");

    private readonly Stream stream;
    private readonly RedisClientOptions options;
    private readonly TimeProvider time;
    private readonly PendingPool pool;
    private readonly IPushReceiver? receiver;
    private readonly Lock gate = new();
    private readonly PendingRing pending = new();
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource flushed = new();
    private readonly long commandTimeout;
    private readonly long heartbeatInterval;
    private readonly long heartbeatTimeout;
    private readonly ITimer timer;
    private OutputBuffer waiting = new();
    private OutputBuffer sending = new();
    private Action<RedisConnection, RedisException>? lost;
    private RedisException? failure;
    private bool isFlushing;
    private long lastAsked;
    private long lastSent;
    private long lastReceived;
    private Task reading = Task.CompletedTask;

    public RedisConnection(Stream stream, RedisClientOptions options, TimeProvider time, PendingPool pool, IPushReceiver? receiver)
    {
        (this.stream, this.options, this.time, this.pool, this.receiver) = (stream, options, time, pool, receiver);
        (commandTimeout, heartbeatInterval, heartbeatTimeout) = (ToTimestamps(options.CommandTimeout), ToTimestamps(options.HeartbeatInterval), ToTimestamps(options.HeartbeatTimeout));
        OpenedAt = lastReceived = time.GetTimestamp();

        // One look for all: no command is told of its timeout early, or later than a quarter of it.
        var period = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond * 5, Math.Min(Math.Min(options.CommandTimeout.Ticks, options.HeartbeatInterval.Ticks), options.HeartbeatTimeout.Ticks) / 4));
        timer = time.CreateTimer(static state => ((RedisConnection)state!).Look(), this, period, period);
    }

    /// <summary>When it began, as a timestamp.</summary>
    public long OpenedAt { get; }

    /// <summary>Whether commands can be sent.</summary>
    public bool IsOpen => Volatile.Read(ref failure) is null;

    /// <summary>Begins to read.</summary>
    public void Start() => reading = ReadAsync();

    /// <summary>Says whom to tell when the connection is lost, which may have happened already.</summary>
    public void OnLost(Action<RedisConnection, RedisException> action)
    {
        RedisException? already;
        lock (gate)
        {
            already = failure;
            lost = action;
        }

        if (already is not null)
        {
            action(this, already);
        }
    }

    /// <summary>Sends a command.</summary>
    /// <returns>The answer, which may be a refusal.</returns>
    public ValueTask<RespValue> ExecuteAsync(in RedisCommand command, CancellationToken cancellationToken)
    {
        var length = RespWriter.Measure(command);
        if (length > Array.MaxLength / 2)
        {
            throw new ArgumentException($"A command of {length} bytes cannot be sent. Split it.", nameof(command));
        }

        var asked = pool.Rent();
        bool isFirst, mustFlush;
        lock (gate)
        {
            if (Refuse((int)length) is { } refusal)
            {
                pool.Return(asked);
                return ValueTask.FromException<RespValue>(refusal);
            }

            Add(asked, command, (int)length);
            isFirst = pending.Count == 1;
            mustFlush = !isFlushing;
            isFlushing = true;
        }

        var answer = asked.Task;
        if (cancellationToken.CanBeCanceled)
        {
            asked.CancelWith(cancellationToken);
        }

        if (mustFlush)
        {
            // Alone, it goes at once. Among others it gives those who are about to ask the time to do so, and all go with one write.
            if (isFirst)
            {
                _ = FlushAsync();
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        return answer;
    }

    /// <summary>Sends what waits; called by the thread pool.</summary>
    public void Execute() => _ = FlushAsync();

    public async ValueTask DisposeAsync()
    {
        Fail(new RedisException(RedisErrorKind.Closed, "The Redis client was disposed of. Make another."));
        await reading.ConfigureAwait(false);
        bool isSending;
        lock (gate)
        {
            isSending = isFlushing;
        }

        if (isSending)
        {
            await flushed.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Gives the connection up: everything that waits is told.</summary>
    public void Fail(RedisException reason)
    {
        PendingCommand[] abandoned;
        Action<RedisConnection, RedisException>? tell;
        long sent;
        lock (gate)
        {
            if (failure is not null)
            {
                return;
            }

            Volatile.Write(ref failure, reason);
            abandoned = new PendingCommand[pending.Count];
            for (var i = 0; i < abandoned.Length; i++)
            {
                abandoned[i] = pending.TakeFirst()!;
            }

            (tell, sent) = (lost, lastSent);
        }

        timer.Dispose();
        closing.Cancel();
        stream.Dispose();
        foreach (var command in abandoned)
        {
            if (command.TryClaim())
            {
                command.End(new RedisException(reason.Kind, reason.Message, reason) { WasSent = command.Number <= sent });
            }

            command.Release();
        }

        tell?.Invoke(this, reason);
    }

    private long ToTimestamps(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);

    private RedisException? Refuse(int length) =>
        failure is { } reason ? new RedisException(reason.Kind, reason.Message, reason)
        : pending.Count >= options.MaximumPending ? new RedisException(RedisErrorKind.Busy, $"{pending.Count} commands wait for the answers of the Redis server already. Send less at once, or raise {nameof(RedisClientOptions.MaximumPending)}.")
        : waiting.Length > 0 && waiting.Length + (long)length > options.MaximumPendingBytes ? new RedisException(RedisErrorKind.Busy, $"{waiting.Length} bytes wait to be sent to the Redis server already. Send less at once, or raise {nameof(RedisClientOptions.MaximumPendingBytes)}.")
        : null;

    private void Add(PendingCommand asked, in RedisCommand command, int length)
    {
        RespWriter.Write(waiting, command, length);
        (asked.Number, asked.AskedAt) = (++lastAsked, time.GetTimestamp());
        pending.Add(asked);
    }

    private async Task FlushAsync()
    {
        try
        {
            while (TryTakeWaiting())
            {
                await stream.WriteAsync(sending.Written, closing.Token).ConfigureAwait(false);
                sending.Clear();
            }
        }
        catch (Exception exception)
        {
            Fail(Broken(exception));
            flushed.TrySetResult();
        }
    }

    private bool TryTakeWaiting()
    {
        lock (gate)
        {
            if (failure is not null)
            {
                flushed.TrySetResult();
                return false;
            }

            if (waiting.Length == 0)
            {
                return isFlushing = false;
            }

            (waiting, sending) = (sending, waiting);
            lastSent = lastAsked;
            return true;
        }
    }

    private async Task ReadAsync()
    {
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, minimumReadSize: 4 << 10, leaveOpen: true));
        var parser = new RespReader(new RespLimits(options.MaximumReplyBytes));
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(closing.Token).ConfigureAwait(false);
                Volatile.Write(ref lastReceived, time.GetTimestamp());
                var used = Take(parser, result.Buffer);
                input.AdvanceTo(used, result.Buffer.End);
                if (result.IsCompleted)
                {
                    throw new EndOfStreamException("The server has closed the connection.");
                }
            }
        }
        catch (Exception exception)
        {
            Fail(Broken(exception));
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private SequencePosition Take(RespReader parser, in ReadOnlySequence<byte> bytes)
    {
        var input = new SequenceReader<byte>(bytes);
        while (parser.TryRead(ref input, out var value))
        {
            if (receiver?.TryTake(value) == true || (value.Type is RespType.Push && !PushKinds.IsAnswer(value)))
            {
                continue;
            }

            Answer(value);
        }

        return input.Position;
    }

    private void Answer(in RespValue value)
    {
        PendingCommand? asked;
        lock (gate)
        {
            if (failure is not null)
            {
                return;
            }

            asked = pending.TakeFirst();
        }

        if (asked is null)
        {
            throw new RedisException(RedisErrorKind.Protocol, "The server has answered what nobody asked. Look whether something stands between client and server.");
        }

        if (asked.TryClaim())
        {
            asked.End(value);
        }
        else
        {
            RedisMetrics.Late();
        }

        asked.Release();
    }

    // Tells those whose time is over, asks a server that says nothing, and gives up one that does not answer.
    private void Look()
    {
        var now = time.GetTimestamp();
        RedisException? dead = null;
        var isIdle = false;
        lock (gate)
        {
            if (failure is not null)
            {
                return;
            }

            for (var i = 0; i < pending.Count && now - pending[i].AskedAt >= commandTimeout; i++)
            {
                if (pending[i].TryClaim())
                {
                    RedisMetrics.TimedOut();
                    pending[i].End(new RedisException(RedisErrorKind.Timeout, $"The Redis server has not answered within {options.CommandTimeout}. Look at its load, or raise {nameof(RedisClientOptions.CommandTimeout)}.") { WasSent = true });
                }
            }

            var received = Volatile.Read(ref lastReceived);
            isIdle = pending.Count == 0 && now - received >= heartbeatInterval;
            if (pending.Count > 0 && now - Math.Max(received, pending[0].AskedAt) >= heartbeatTimeout)
            {
                dead = new RedisException(RedisErrorKind.Connection, $"The Redis server has said nothing for {options.HeartbeatTimeout}, and the connection was given up. Look whether it is reachable.");
            }
        }

        if (dead is not null)
        {
            Fail(dead);
        }
        else if (isIdle)
        {
            _ = BeatAsync();
        }
    }

    private async Task BeatAsync()
    {
        try
        {
            await ExecuteAsync(Ping, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RedisException)
        {
            // Whoever waits for the connection is told when it is given up; the heartbeat itself is nobody's command.
        }
    }

    private static RedisException Broken(Exception exception) =>
        exception as RedisException ?? new RedisException(RedisErrorKind.Connection, $"The connection to the Redis server was lost: {exception.Message}", exception);
}
