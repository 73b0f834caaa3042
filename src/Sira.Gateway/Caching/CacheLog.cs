using Microsoft.Extensions.Logging;

namespace Sira.Gateway.Caching;

/// <summary>The cache's log messages; event ids 3100 to 3119. Never a prompt, an answer or a key.</summary>
internal static partial class CacheLog
{
    [LoggerMessage(3100, LogLevel.Warning, "The second level of the cache failed to {Operation} an answer; the request goes on without it")]
    public static partial void SecondLevelFailed(this ILogger logger, Exception exception, string operation);

    [LoggerMessage(3101, LogLevel.Warning, "The second level of the cache held something that is not an answer of this cache; it counts as absent")]
    public static partial void SecondLevelEntryRejected(this ILogger logger);

    [LoggerMessage(3102, LogLevel.Warning, "The question could not be embedded; it counts as one that the semantic cache does not know")]
    public static partial void EmbeddingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3103, LogLevel.Debug, "A request could not be given a key, so it is not cached")]
    public static partial void KeyFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3104, LogLevel.Debug, "Closing a stream failed after its answer had been cached or given up")]
    public static partial void StreamDisposeFailed(this ILogger logger, Exception exception);
}
