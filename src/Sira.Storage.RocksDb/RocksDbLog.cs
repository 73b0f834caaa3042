using Microsoft.Extensions.Logging;

namespace Sira.Storage.RocksDb;

/// <summary>What is logged about RocksDB engines. Never a key or a value.</summary>
internal static partial class RocksDbLog
{
    [LoggerMessage(EventId = 2150, Level = LogLevel.Information, Message = "Storage engine {Engine} is open at {Path} ({Mode})")]
    public static partial void EngineOpened(this ILogger logger, string engine, string path, string mode);

    [LoggerMessage(EventId = 2151, Level = LogLevel.Error, Message = "Storage engine {Engine} refuses writes since one failed; opening it again may help")]
    public static partial void WritesRefused(this ILogger logger, Exception exception, string engine);

    [LoggerMessage(EventId = 2152, Level = LogLevel.Warning, Message = "Storage engine {Engine} could not flush on closing; the next start recovers from the log instead")]
    public static partial void FlushFailed(this ILogger logger, Exception exception, string engine);

    [LoggerMessage(EventId = 2153, Level = LogLevel.Information, Message = "Storage engine {Engine} was backed up to {Path}: {Values} values, {Streams} streams, {Events} events")]
    public static partial void BackedUp(this ILogger logger, string engine, string path, long values, long streams, long events);
}
