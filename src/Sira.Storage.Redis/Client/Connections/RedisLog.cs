using Microsoft.Extensions.Logging;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>What the client logs. Event ids 2100 to 2119.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(EventId = 2100, Level = LogLevel.Information, Message = "Connected to the Redis server {Address} for {Purpose}.")]
    public static partial void Connected(this ILogger logger, string address, string purpose);

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "The connection to the Redis server {Address} for {Purpose} was lost, and is made again.")]
    public static partial void Lost(this ILogger logger, string address, string purpose, Exception exception);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Warning, Message = "The Redis server {Address} cannot be connected to for {Purpose} (attempt {Attempt}).")]
    public static partial void CannotConnect(this ILogger logger, string address, string purpose, int attempt, Exception exception);
}
