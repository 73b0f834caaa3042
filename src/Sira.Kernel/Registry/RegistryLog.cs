using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Registry;

/// <summary>What the registry logs. Event ids 1330 to 1339.</summary>
internal static partial class RegistryLog
{
    [LoggerMessage(EventId = 1330, Level = LogLevel.Error, Message = "Somebody who watches the registry threw when service {Service} was changed; the change stands.")]
    public static partial void WatcherThrew(ILogger logger, string service, Exception exception);
}
