using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Engine;

/// <summary>What the parts of an engine share: the client, and whether the engine is open.</summary>
internal sealed class RedisSession : IAsyncDisposable
{
    private const int PartitionsPerPage = 1000;

    private readonly IRedisClient client;
    private readonly bool ownsClient;
    private readonly RedisServerCheck check;
    private readonly SemaphoreSlim opening = new(1);
    private readonly CancellationTokenSource closing = new();
    private volatile bool isOpen;
    private int isClosed;

    public RedisSession(RedisEngineOptions options, IRedisClient client, bool ownsClient, ILogger logger)
    {
        (Name, Prefix, this.client, this.ownsClient) = (options.Name, options.KeyPrefix, client, ownsClient);
        var database = options.Database ?? (RedisAddress.TryParse(options.Endpoint, out var address, out _) ? address.Database : 0);
        ChannelPrefix = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Prefix}c:{database}:");
        check = new RedisServerCheck(options, ChannelPrefix, logger);
    }

    public string Name { get; }

    public string Prefix { get; }

    /// <summary>What the channels begin with. All databases of a server have the same channels: so the number is in their names.</summary>
    public string ChannelPrefix { get; }

    /// <summary>Is cancelled when the engine is disposed of.</summary>
    public CancellationToken Closing => closing.Token;

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            throw RedisErrors.Explain(Name, exception, isWrite: false);
        }

        isOpen = false;
        await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a command that only reads.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RespValue> ReadAsync(RedisCommand command, CancellationToken cancellationToken)
    {
        if (!isOpen)
        {
            await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        }

        ThrowIfClosed();
        try
        {
            return await client.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            throw RedisErrors.Explain(Name, exception, isWrite: false);
        }
    }

    /// <summary>Runs a script.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RespValue> RunAsync(RedisScript script, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        if (!isOpen)
        {
            await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        }

        ThrowIfClosed();
        try
        {
            return await client.EvaluateAsync(script, arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            throw RedisErrors.Explain(Name, exception, isWrite: !script.IsIdempotent);
        }
    }

    public async ValueTask<IAsyncDisposable> SubscribeAsync(ReadOnlyMemory<byte> channel, IRedisListener listener, CancellationToken cancellationToken)
    {
        if (!isOpen)
        {
            await EnsureOpenAsync(cancellationToken).ConfigureAwait(false);
        }

        ThrowIfClosed();
        try
        {
            return await client.SubscribeAsync(channel, listener, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            throw RedisErrors.Explain(Name, exception, isWrite: false);
        }
    }

    public async IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A semicolon comes right behind a colon.
        var (from, to) = @namespace is null ? ("-"u8.ToArray(), "+") : (System.Text.Encoding.ASCII.GetBytes($"[{@namespace}:"), $"({@namespace};");
        while (true)
        {
            var page = await ReadAsync(new RedisCommand("ZRANGEBYLEX", Prefix + "p", from, to, "LIMIT", 0, PartitionsPerPage) { IsIdempotent = true }, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < page.Items.Length; i++)
            {
                yield return RedisKeys.ToPartition(page.Items[i]);
            }

            if (page.Items.Length < PartitionsPerPage)
            {
                yield break;
            }

            from = [(byte)'(', .. page.Items[^1].Bytes.Span];
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isClosed, 1) != 0)
        {
            return;
        }

        await closing.CancelAsync().ConfigureAwait(false);
        if (ownsClient)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void ThrowIfClosed()
    {
        if (Volatile.Read(ref isClosed) != 0)
        {
            throw new StorageException(StorageErrorKind.Closed, Name, $"The engine '{Name}' was closed. Open another.");
        }
    }

    private async ValueTask EnsureOpenAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!isOpen)
            {
                await check.RunAsync(client, cancellationToken).ConfigureAwait(false);
                isOpen = true;
            }
        }
        catch (RedisException exception)
        {
            throw RedisErrors.Explain(Name, exception, isWrite: false);
        }
        finally
        {
            opening.Release();
        }
    }
}
