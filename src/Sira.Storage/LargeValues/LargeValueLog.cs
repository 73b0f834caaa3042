using Microsoft.Extensions.Logging;

namespace Sira.Storage.LargeValues;

/// <summary>What is logged of large values. Event ids 2040 to 2044.</summary>
internal static partial class LargeValueLog
{
    [LoggerMessage(EventId = 2040, Level = LogLevel.Debug, Message = "A large value in '{Large}' that nothing in '{Engine}' refers to any more could not be deleted; a sweep removes it.")]
    public static partial void LeftOver(this ILogger logger, Exception exception, string engine, string large);

    [LoggerMessage(EventId = 2041, Level = LogLevel.Information, Message = "Removed {Removed} values from '{Large}' that nothing in '{Engine}' refers to; {Kept} are referred to, {Unreadable} could not be told.")]
    public static partial void Swept(this ILogger logger, string engine, string large, long removed, long kept, long unreadable);

    [LoggerMessage(EventId = 2042, Level = LogLevel.Warning, Message = "What is left over of the large values of '{Engine}' could not be removed; it is tried again.")]
    public static partial void NotSwept(this ILogger logger, Exception exception, string engine);
}
