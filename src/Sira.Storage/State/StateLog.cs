using Microsoft.Extensions.Logging;

namespace Sira.Storage.State;

/// <summary>What keeping state logs. Event ids 2450 to 2469.</summary>
internal static partial class StateLog
{
    [LoggerMessage(2450, LogLevel.Information, "The state of {Slots} processes that have ended is taken over from '{Namespace}': {Parts} parts, the latest of {SavedAt}")]
    public static partial void StateTakenOver(this ILogger logger, int slots, string @namespace, int parts, DateTimeOffset savedAt);

    [LoggerMessage(2451, LogLevel.Warning, "'{Part}' was taken over, and tells: {Note}")]
    public static partial void PartNote(this ILogger logger, string part, string note);

    [LoggerMessage(2452, LogLevel.Error, "What is kept in '{Namespace}' could not be taken over. This process starts with nothing, because Required is false; what is kept stays for the next that starts")]
    public static partial void StateNotTakenOver(this ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2453, LogLevel.Warning, "The state could not be kept in '{Namespace}'. What was kept before stays; it is tried again in {Delay}")]
    public static partial void StateNotKept(this ILogger logger, Exception exception, string @namespace, TimeSpan delay);

    [LoggerMessage(2454, LogLevel.Error, "Another process has taken over the state of this one in '{Namespace}', because it had not been heard of for {Lease}. This one keeps none any more: what it counts from now on is lost when it ends. Restart it")]
    public static partial void SlotLost(this ILogger logger, string @namespace, TimeSpan lease);

    [LoggerMessage(2455, LogLevel.Information, "The state is kept in '{Namespace}' again")]
    public static partial void StateKeptAgain(this ILogger logger, string @namespace);

    [LoggerMessage(2457, LogLevel.Error, "The last state could not be kept in '{Namespace}'. What was kept at {SavedAt} stays")]
    public static partial void LastStateNotKept(this ILogger logger, Exception exception, string @namespace, DateTimeOffset? savedAt);

    [LoggerMessage(2456, LogLevel.Warning, "What is left over in '{Namespace}' could not be removed; the next process that starts tries again")]
    public static partial void NotSwept(this ILogger logger, Exception exception, string @namespace);
}
