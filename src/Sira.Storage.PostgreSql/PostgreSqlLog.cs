using Microsoft.Extensions.Logging;

namespace Sira.Storage.PostgreSql;

/// <summary>What is logged about the engine. Never a name of a key, a value or a password.</summary>
internal static partial class PostgreSqlLog
{
    [LoggerMessage(EventId = 2200, Level = LogLevel.Information, Message = "Storage {Engine}: schema {Schema} was brought to version {Version}")]
    public static partial void SchemaChanged(this ILogger logger, string engine, string schema, int version);

    [LoggerMessage(EventId = 2201, Level = LogLevel.Warning, Message = "Storage {Engine}: the server runs with fsync = off, so nothing survives a power failure there, whatever a write asks for")]
    public static partial void ServerDoesNotSync(this ILogger logger, string engine);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Warning, Message = "Storage {Engine}: {Role} can only read schema {Schema}; writes will fail")]
    public static partial void OnlyReads(this ILogger logger, string engine, string role, string schema);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Warning, Message = "Storage {Engine}: attempt {Attempt} failed and is made again in {Delay}: {Reason}")]
    public static partial void Retrying(this ILogger logger, string engine, int attempt, TimeSpan delay, string? reason);

    [LoggerMessage(EventId = 2204, Level = LogLevel.Warning, Message = "Storage {Engine}: expired values could not be deleted; nobody sees them, and it is tried again in {Interval}")]
    public static partial void ExpiryFailed(this ILogger logger, string engine, TimeSpan interval, Exception exception);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Debug, Message = "Storage {Engine}: deleted {Count} expired values")]
    public static partial void ExpiredDeleted(this ILogger logger, string engine, long count);

    [LoggerMessage(EventId = 2206, Level = LogLevel.Warning, Message = "Storage {Engine}: the connection that hears of changes was lost; subscribers are told that they missed some once it is back")]
    public static partial void ListeningLost(this ILogger logger, string engine, Exception exception);

    [LoggerMessage(EventId = 2207, Level = LogLevel.Information, Message = "Storage {Engine}: hears of changes again")]
    public static partial void ListeningAgain(this ILogger logger, string engine);

    [LoggerMessage(EventId = 2208, Level = LogLevel.Warning, Message = "Storage {Engine}: a notification on {Channel} is none of this engine's and was taken for missed changes")]
    public static partial void NotificationUnknown(this ILogger logger, string engine, string channel);
}
