using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Registry.Leases;

/// <summary>What leases log. Event ids 1300 to 1309.</summary>
internal static partial class LeaseLog
{
    [LoggerMessage(EventId = 1300, Level = LogLevel.Warning, Message = "The lease of endpoint {EndpointId} of service {Service} has lapsed: it was not renewed in time. It gets no calls until it is renewed.")]
    public static partial void Lapsed(ILogger logger, string service, string endpointId);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "The lapsed lease of endpoint {EndpointId} of service {Service} was renewed; it gets calls again.")]
    public static partial void Revived(ILogger logger, string service, string endpointId);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning, Message = "Endpoint {EndpointId} of service {Service} was removed: its lease lapsed and was not renewed.")]
    public static partial void Removed(ILogger logger, string service, string endpointId);

    [LoggerMessage(EventId = 1303, Level = LogLevel.Information, Message = "Endpoint {EndpointId} of service {Service} has a new holder; the lease of the one before has ended.")]
    public static partial void TakenOver(ILogger logger, string service, string endpointId);

    [LoggerMessage(EventId = 1305, Level = LogLevel.Information, Message = "Endpoint {EndpointId} of service {Service} was drained or cordoned, which ends its lease.")]
    public static partial void Drained(ILogger logger, string service, string endpointId);
}
