using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Messaging.Contributed;

/// <summary>What declared subscribers log. Event ids 1120 to 1129.</summary>
internal static partial class SubscriberLog
{
    [LoggerMessage(EventId = 1120, Level = LogLevel.Error, Message = "The subscriber of {Contributor} for {Pattern} cannot begin and is left out.")]
    public static partial void NotBegun(ILogger logger, string contributor, string pattern, Exception exception);

    [LoggerMessage(EventId = 1121, Level = LogLevel.Error, Message = "The subscriber of {Contributor} for {Pattern} did not end cleanly.")]
    public static partial void NotEnded(ILogger logger, string contributor, string pattern, Exception exception);
}
