using Microsoft.Extensions.Logging;

namespace Sira.Storage.Redis.Engine;

/// <summary>What the engine logs. Event ids 2120 to 2149.</summary>
internal static partial class RedisEngineLog
{
    [LoggerMessage(EventId = 2120, Level = LogLevel.Warning, Message = "Engine {Engine}: the server's settings cannot be read. Whether it keeps what {Persistence} says, and evicts nothing, is not known.")]
    public static partial void SettingsUnknown(this ILogger logger, string engine, RedisPersistence persistence);

    [LoggerMessage(EventId = 2121, Level = LogLevel.Warning, Message = "Engine {Engine}: the server evicts keys by {Policy} when its memory is full, and values and events can be lost. Set maxmemory-policy to noeviction.")]
    public static partial void Evicts(this ILogger logger, string engine, string policy);

    [LoggerMessage(EventId = 2122, Level = LogLevel.Warning, Message = "Engine {Engine}: the server takes no writes now.")]
    public static partial void TakesNoWrites(this ILogger logger, string engine, Exception exception);
}
