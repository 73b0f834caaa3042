using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Health.Probing;

/// <summary>What health checks log. Event ids 1310 to 1319.</summary>
internal static partial class ProbeLog
{
    [LoggerMessage(EventId = 1310, Level = LogLevel.Warning, Message = "Endpoint {EndpointId} of service {Service} is out of service: {Failures} checks by {Probe} failed, the last because {Detail}.")]
    public static partial void Failing(ILogger logger, string service, string endpointId, int failures, string probe, string detail);

    [LoggerMessage(EventId = 1311, Level = LogLevel.Information, Message = "Endpoint {EndpointId} of service {Service} is in service again: its checks by {Probe} pass.")]
    public static partial void Passing(ILogger logger, string service, string endpointId, string probe);
}
