using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Messaging;

/// <summary>What the message bus logs. Event ids 1100 to 1199.</summary>
internal static partial class MessagingLog
{
    [LoggerMessage(EventId = 1100, Level = LogLevel.Error, Message = "A subscriber of {MessageType} threw; the other subscribers were served.")]
    public static partial void HandlerThrew(ILogger logger, Type messageType, Exception exception);
}
