using Microsoft.Extensions.Logging;

namespace Sira.Plugins.Hosting;

/// <summary>What the plugin host logs. Event ids 1500 to 1599.</summary>
internal static partial class PluginLog
{
    [LoggerMessage(1500, LogLevel.Information, "Plugin {Plugin} {Version} from {Origin} is in use")]
    public static partial void Started(this ILogger logger, string plugin, string version, string origin);

    [LoggerMessage(1501, LogLevel.Information, "Plugin {Plugin} {Version} has stopped")]
    public static partial void Stopped(this ILogger logger, string plugin, string version);

    [LoggerMessage(1502, LogLevel.Error, "Plugin {Plugin} {Version} failed: {Reason}")]
    public static partial void Failed(this ILogger logger, Exception? exception, string plugin, string version, string reason);

    [LoggerMessage(1503, LogLevel.Warning, "Plugin {Plugin} is not loaded: {Reason}")]
    public static partial void Refused(this ILogger logger, string plugin, string reason);

    [LoggerMessage(1504, LogLevel.Warning, "Plugin {Plugin} {Version} was stopped while {Calls} calls used it: they did not end within {Timeout}")]
    public static partial void NotDrained(this ILogger logger, string plugin, string version, int calls, TimeSpan timeout);

    [LoggerMessage(1505, LogLevel.Warning, "Plugin {Plugin} did not end cleanly")]
    public static partial void NotEndedCleanly(this ILogger logger, Exception exception, string plugin);

    [LoggerMessage(1506, LogLevel.Warning, "Plugin {Plugin} {Version} is in quarantine until it is started by hand or replaced. {Reason}")]
    public static partial void Quarantined(this ILogger logger, string plugin, string version, string reason);

    [LoggerMessage(1507, LogLevel.Warning, "Plugin {Plugin} {Version} has stopped, but after {Timeout} something still keeps its code in memory")]
    public static partial void NotUnloaded(this ILogger logger, string plugin, string version, TimeSpan timeout);

    [LoggerMessage(1508, LogLevel.Information, "Plugin {Plugin} is restarted, number {Restart} in a row, in {Delay}")]
    public static partial void Restarting(this ILogger logger, string plugin, int restart, TimeSpan delay);

    [LoggerMessage(1509, LogLevel.Error, "Looking for plugins failed; what runs goes on")]
    public static partial void RefreshFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1510, LogLevel.Warning, "Plugin {Plugin} {Version} was to be replaced or taken away and goes on as it is: {Reason}")]
    public static partial void Kept(this ILogger logger, string plugin, string version, string reason);

    [LoggerMessage(1511, LogLevel.Error, "Plugin {Plugin} {Version} fails and is in use: {Reason}")]
    public static partial void Failing(this ILogger logger, string plugin, string version, string reason);

    [LoggerMessage(1520, LogLevel.Warning, "While looking for plugins: {Problem}")]
    public static partial void Mistake(this ILogger logger, string problem);
}
