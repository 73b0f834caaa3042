using Microsoft.Extensions.Logging;

namespace Sira.Session.Memory;

/// <summary>What the memory index logs. Event ids 2360 to 2369. Never a text.</summary>
internal static partial class MemoryLog
{
    [LoggerMessage(EventId = 2360, Level = LogLevel.Warning, Message = "{Count} items could not be embedded; they are found by their words only")]
    public static partial void NotEmbedded(ILogger logger, int count, Exception exception);

    [LoggerMessage(EventId = 2361, Level = LogLevel.Warning, Message = "A question could not be embedded; it is searched by its words only")]
    public static partial void QueryNotEmbedded(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2362, Level = LogLevel.Warning, Message = "The memory of an owner in {Tenant} is full; its {Count} oldest items were forgotten")]
    public static partial void Evicted(ILogger logger, string? tenant, int count);

    [LoggerMessage(EventId = 2363, Level = LogLevel.Warning, Message = "Segments of the memory could not be merged; nothing is lost, and it is tried again with the next addition")]
    public static partial void NotMerged(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2364, Level = LogLevel.Warning, Message = "What sessions do not say any more could not be forgotten; it is not found, and it is tried again with the next search")]
    public static partial void NotForgotten(ILogger logger, Exception exception);
}
