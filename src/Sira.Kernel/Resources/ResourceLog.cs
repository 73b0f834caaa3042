using Microsoft.Extensions.Logging;
using Sira.Kernel.Resources.Leases;

namespace Sira.Kernel.Resources;

/// <summary>What the resource scheduler logs. Event ids 1200 to 1299.</summary>
internal static partial class ResourceLog
{
    [LoggerMessage(EventId = 1200, Level = LogLevel.Warning, Message = "What '{Holder}' held for {HeldFor} was taken back ({Reason}). Renew a lease in time, or end it.")]
    public static partial void LeaseTakenBack(ILogger logger, LeaseState reason, string holder, TimeSpan heldFor);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "'{Holder}' is asked to give back what it holds within {Grace}, for work of priority {Priority}.")]
    public static partial void LeaseWanted(ILogger logger, string holder, int priority, TimeSpan grace);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Error, Message = "'{Holder}' threw when it was asked to give back what it holds; it is taken back when its grace time is over.")]
    public static partial void HolderThrew(ILogger logger, string holder, Exception exception);
}
