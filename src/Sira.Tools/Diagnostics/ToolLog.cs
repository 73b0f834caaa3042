using Microsoft.Extensions.Logging;

namespace Sira.Tools.Diagnostics;

/// <summary>The log of the function-calling loop. Names and types only: arguments, results and exception messages are content.</summary>
internal static partial class ToolLog
{
    [LoggerMessage(4001, LogLevel.Warning, "The tool '{Tool}' failed with {ExceptionType}.")]
    public static partial void ToolFailed(ILogger logger, string tool, string exceptionType);

    [LoggerMessage(4002, LogLevel.Warning, "The tool '{Tool}' did not finish within {Timeout} and was cancelled.")]
    public static partial void ToolTimedOut(ILogger logger, string tool, TimeSpan timeout);

    [LoggerMessage(4003, LogLevel.Error, "The tool '{Tool}' ignored its cancellation for {Grace} and was abandoned; it may still be running.")]
    public static partial void ToolAbandoned(ILogger logger, string tool, TimeSpan grace);

    [LoggerMessage(4004, LogLevel.Warning, "The function-calling loop reached the limit {Limit} after {Rounds} rounds and {Calls} calls; the model answers without tools.")]
    public static partial void LimitReached(ILogger logger, ToolLoopLimit limit, int rounds, int calls);

    [LoggerMessage(4005, LogLevel.Debug, "The tool '{Tool}' took {Duration}.")]
    public static partial void ToolSucceeded(ILogger logger, string tool, TimeSpan duration);
}
