using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>What discovery logs. Event ids 1320 to 1329.</summary>
internal static partial class DiscoveryLog
{
    [LoggerMessage(EventId = 1320, Level = LogLevel.Warning, Message = "Source {Source} failed for service {Service}; its last list of {Endpoints} endpoints stays in force. It is asked anew at growing intervals.")]
    public static partial void Failing(ILogger logger, string source, string service, int endpoints, Exception exception);

    [LoggerMessage(EventId = 1321, Level = LogLevel.Information, Message = "Source {Source} works again for service {Service}, after {Failures} failures.")]
    public static partial void Recovered(ILogger logger, string source, string service, int failures);

    [LoggerMessage(EventId = 1322, Level = LogLevel.Warning, Message = "Source {Source} has given no list for service {Service} within {Timeout}; it is waited for.")]
    public static partial void Late(ILogger logger, string source, string service, TimeSpan timeout);

    [LoggerMessage(EventId = 1323, Level = LogLevel.Warning, Message = "Source {Source} lists {Count} endpoints of service {Service} that another origin lists too and that goes before, {EndpointId} among them.")]
    public static partial void Shadowed(ILogger logger, string source, int count, string service, string endpointId);

    [LoggerMessage(EventId = 1324, Level = LogLevel.Error, Message = "Source {Source} threw when it was told to end for service {Service}; it is followed no more.")]
    public static partial void EndThrew(ILogger logger, string source, string service, Exception exception);

    [LoggerMessage(EventId = 1325, Level = LogLevel.Warning, Message = "Source {Source} does not end for service {Service} although it is not needed any more; it is left behind.")]
    public static partial void LeftBehind(ILogger logger, string source, string service);

    [LoggerMessage(EventId = 1326, Level = LogLevel.Error, Message = "The changed configuration of services has mistakes and is not used; what was in force stays.")]
    public static partial void ConfigurationRejected(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1328, Level = LogLevel.Error, Message = "Declared endpoints of service {Service} are left out. {Problem}")]
    public static partial void NotPermitted(ILogger logger, string service, string problem);
}
