using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Storage.Redis.Client.Connections;
using Sira.Storage.Redis.Client.Protocol;
using Sira.Storage.Redis.Client.PubSub;

namespace Sira.Storage.Redis.Client;

/// <summary>A client of one Redis server, over one connection that all callers share and, where somebody listens, a second for channels.</summary>
/// <remarks>
/// <para>A connection that is lost is made again. Callers wait for the first attempt; when it has failed they are told at once until there is a connection. What had not been sent, and what does no harm twice, is sent again; all else fails with <see cref="RedisException.WasSent"/>.</para>
/// <para>A command that was cancelled, or has timed out, keeps its place: its answer is thrown away when it comes, and harms nobody else's.</para>
/// </remarks>
public sealed class RedisClient : IRedisClient
{
    // With the second loss in a row something is wrong that a third attempt does not put right.
    private const int Attempts = 3;

    private readonly ConnectionKeeper commands;
    private readonly Subscriber subscriber;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">Which server; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="logger">The log; <see langword="null"/> means none.</param>
    /// <param name="random">Spreads the waits between attempts to connect; <see langword="null"/> means the system's source.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public RedisClient(RedisClientOptions? options = null, TimeProvider? time = null, ILogger? logger = null, IRandomSource? random = null)
    {
        options ??= new RedisClientOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(RedisClientOptions), errors);
        errors.ThrowIfAny();
        var address = RedisAddress.TryParse(options.Endpoint, out var parsed, out _) ? parsed : throw new UnreachableException();
        var clock = time ?? TimeProvider.System;
        var connector = new RedisConnector(options, address, clock, new PendingPool());
        commands = Keep(token => connector.ConnectAsync(null, token), "commands");
        subscriber = new Subscriber(connector, connect => Keep(connect, "channels"));

        ConnectionKeeper Keep(Func<CancellationToken, Task<RedisConnection>> connect, string purpose) =>
            new(connect, address.ToString(), purpose, options, clock, random ?? SystemRandomSource.Instance, logger ?? NullLogger.Instance);
    }

    /// <inheritdoc />
    public ValueTask ConnectAsync(CancellationToken cancellationToken = default) => commands.ConnectAsync(cancellationToken);

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RespValue> ExecuteAsync(RedisCommand command, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var attempt = 1; ; attempt++)
        {
            var connection = await commands.GetAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var answer = await connection.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
                return answer.IsError ? throw RedisException.Refusal(answer.ToString()) : answer;
            }
            catch (RedisException exception) when (exception.Kind is RedisErrorKind.Connection && attempt < Attempts && (command.IsIdempotent || !exception.WasSent))
            {
                // Again, on the next connection.
            }
        }
    }

    /// <inheritdoc />
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RespValue> EvaluateAsync(RedisScript script, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(script);
        var all = new RedisArgument[2 + arguments.Length];
        (all[0], all[1]) = (script.Digest, 0);
        arguments.CopyTo(all.AsMemory(2));
        try
        {
            return await ExecuteAsync(new RedisCommand("EVALSHA", all.AsMemory()) { IsIdempotent = script.IsIdempotent }, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException exception) when (exception.Code == "NOSCRIPT")
        {
            // It has not run; with EVAL the server learns it too.
            all[0] = script.Body;
            return await ExecuteAsync(new RedisCommand("EVAL", all.AsMemory()) { IsIdempotent = script.IsIdempotent }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ValueTask<IAsyncDisposable> SubscribeAsync(ReadOnlyMemory<byte> channel, IRedisListener listener, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return subscriber.SubscribeAsync(channel, listener, cancellationToken);
    }

    /// <summary>Ends the connections. What waits for an answer fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await subscriber.DisposeAsync().ConfigureAwait(false);
        await commands.DisposeAsync().ConfigureAwait(false);
    }
}
