using Sira.Storage.Redis.Client.Connections;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Client.PubSub;

/// <summary>Listens to channels, on a connection of its own: a server drops listeners that are too slow, and with RESP2 they can do nothing else.</summary>
internal sealed class Subscriber : IPushReceiver, IAsyncDisposable
{
    private const int Attempts = 3;

    private readonly RedisConnector connector;
    private readonly Lock gate = new();
    private readonly Dictionary<byte[], IRedisListener[]> channels = new(BytesComparer.Instance);
    private readonly SemaphoreSlim changing = new(1);
    private bool isClosed;

    public Subscriber(RedisConnector connector, Func<Func<CancellationToken, Task<RedisConnection>>, ConnectionKeeper> keep)
    {
        this.connector = connector;
        Keeper = keep(ConnectAsync);
    }

    public ConnectionKeeper Keeper { get; }

    public async ValueTask<IAsyncDisposable> SubscribeAsync(ReadOnlyMemory<byte> channel, IRedisListener listener, CancellationToken cancellationToken)
    {
        var name = channel.ToArray();
        await changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var connection = await Keeper.GetAsync(cancellationToken).ConfigureAwait(false);
            var isFirst = Add(name, listener);
            try
            {
                for (var attempt = 1; isFirst; attempt++)
                {
                    try
                    {
                        await AskAsync(connection, "SUBSCRIBE", name, cancellationToken).ConfigureAwait(false);
                        break;
                    }
                    catch (RedisException exception) when (exception.Kind is RedisErrorKind.Connection && attempt < Attempts)
                    {
                        connection = await Keeper.GetAsync(cancellationToken).ConfigureAwait(false);
                    }
                }
            }
            catch
            {
                Remove(name, listener);
                throw;
            }

            return new Subscription(this, name, listener);
        }
        finally
        {
            changing.Release();
        }
    }

    public bool TryTake(in RespValue value)
    {
        if (!PushKinds.IsMessage(value))
        {
            return false;
        }

        IRedisListener[]? listeners;
        lock (gate)
        {
            channels.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(value.Items[1].Bytes.Span, out listeners);
        }

        foreach (var listener in listeners ?? [])
        {
            listener.OnMessage(value.Items[2].Bytes);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        IRedisListener[] all;
        lock (gate)
        {
            isClosed = true;
            all = [.. channels.Values.SelectMany(static listeners => listeners)];
            channels.Clear();
        }

        await Keeper.DisposeAsync().ConfigureAwait(false);
        foreach (var listener in all)
        {
            listener.OnClosed();
        }
    }

    private static async Task AskAsync(RedisConnection connection, string command, byte[] channel, CancellationToken cancellationToken)
    {
        var answer = await connection.ExecuteAsync(new RedisCommand(command, channel), cancellationToken).ConfigureAwait(false);
        if (answer.IsError)
        {
            throw RedisException.Refusal(answer.ToString());
        }
    }

    // A connection is one only with all channels on it: who listens is told that something may be missing when nothing can be missed any more.
    private async Task<RedisConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await connector.ConnectAsync(this, cancellationToken).ConfigureAwait(false);
        try
        {
            KeyValuePair<byte[], IRedisListener[]>[] before;
            lock (gate)
            {
                before = [.. channels];
            }

            await Task.WhenAll(before.Select(entry => AskAsync(connection, "SUBSCRIBE", entry.Key, cancellationToken))).ConfigureAwait(false);
            foreach (var listener in before.SelectMany(static entry => entry.Value))
            {
                listener.OnMissed();
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Returns whether nobody has listened to the channel.
    private bool Add(byte[] channel, IRedisListener listener)
    {
        lock (gate)
        {
            if (isClosed)
            {
                throw new RedisException(RedisErrorKind.Closed, "The Redis client was disposed of. Make another.");
            }

            var isKnown = channels.TryGetValue(channel, out var listeners);
            channels[channel] = [.. listeners ?? [], listener];
            return !isKnown;
        }
    }

    // Returns whether nobody listens to the channel any more.
    private bool Remove(byte[] channel, IRedisListener listener)
    {
        lock (gate)
        {
            if (!channels.TryGetValue(channel, out var listeners))
            {
                return false;
            }

            IRedisListener[] others = [.. listeners.Where(other => !ReferenceEquals(other, listener))];
            if (others.Length > 0)
            {
                channels[channel] = others;
                return false;
            }

            return channels.Remove(channel);
        }
    }

    private async ValueTask LeaveAsync(byte[] channel, IRedisListener listener)
    {
        await changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Remove(channel, listener))
            {
                var connection = await Keeper.GetAsync(CancellationToken.None).ConfigureAwait(false);
                await AskAsync(connection, "UNSUBSCRIBE", channel, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (RedisException)
        {
            // Without a connection there is nothing to leave, and the next does not subscribe to it.
        }
        finally
        {
            changing.Release();
        }
    }

    private sealed class Subscription(Subscriber subscriber, byte[] channel, IRedisListener listener) : IAsyncDisposable
    {
        private int isEnded;

        public ValueTask DisposeAsync() => Interlocked.Exchange(ref isEnded, 1) == 0 ? subscriber.LeaveAsync(channel, listener) : ValueTask.CompletedTask;
    }
}
