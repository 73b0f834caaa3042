using Microsoft.Extensions.Logging;

namespace Sira.Storage.Monitoring;

/// <summary>What is logged of how engines are. Event ids 2030 to 2034.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(EventId = 2030, Level = LogLevel.Error, Message = "The storage engine '{Engine}' cannot be {Done}: the last {Count} operations failed. Those that follow are not logged until it works again.")]
    public static partial void EngineFails(this ILogger logger, Exception exception, string engine, string done, int count);

    [LoggerMessage(EventId = 2031, Level = LogLevel.Information, Message = "The storage engine '{Engine}' can be {Done} again; {Count} operations had failed since {Since:O}.")]
    public static partial void EngineRecovered(this ILogger logger, string engine, string done, long count, DateTimeOffset since);
}
