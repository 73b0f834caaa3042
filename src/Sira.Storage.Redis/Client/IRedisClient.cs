using Sira.Storage.Redis.Client.Protocol;

namespace Sira.Storage.Redis.Client;

/// <summary>Sends commands to a Redis server. Implement it to bring another client than <see cref="RedisClient"/>.</summary>
/// <remarks>
/// <para>Thread-safe. Commands that one caller sends without waiting are done in their order, unless the connection is lost between them.</para>
/// <para>Everything throws <see cref="RedisException"/> for what goes wrong, also for what the server refuses, and <see cref="OperationCanceledException"/>; a command that was cancelled may have been done.</para>
/// </remarks>
public interface IRedisClient : IAsyncDisposable
{
    /// <summary>Connects, unless it is connected, so that a mistake shows now and not with the first command, which would connect otherwise.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when commands can be sent.</returns>
    ValueTask ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a command. One that blocks on the server, such as <c>BLPOP</c>, would hold up those of all others; so would <c>SELECT</c>, <c>MULTI</c> and <c>SUBSCRIBE</c> confuse them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, never a refusal.</returns>
    ValueTask<RespValue> ExecuteAsync(RedisCommand command, CancellationToken cancellationToken = default);

    /// <summary>Runs a script, which the server is given when it does not know it yet.</summary>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Its <c>ARGV</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, never a refusal.</returns>
    ValueTask<RespValue> EvaluateAsync(RedisScript script, ReadOnlyMemory<RedisArgument> arguments, CancellationToken cancellationToken = default);

    /// <summary>Listens to a channel, also after the connection was lost and is there again.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="listener">Who listens. The same one may listen to one channel once.</param>
    /// <param name="cancellationToken">Gives up beginning.</param>
    /// <returns>Ends the listening when it is disposed of. Whatever is published after the task has ended is heard.</returns>
    ValueTask<IAsyncDisposable> SubscribeAsync(ReadOnlyMemory<byte> channel, IRedisListener listener, CancellationToken cancellationToken = default);
}
