using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>What the history of the configuration logs. Event ids 1400 to 1419. Never a setting's value.</summary>
internal static partial class ConfigurationLog
{
    [LoggerMessage(1400, LogLevel.Information, "Configuration {Version} of {Source} by {Actor} is in force: {Reason}")]
    public static partial void VersionInForce(this ILogger logger, long version, ConfigurationSource source, string actor, string reason);

    [LoggerMessage(1401, LogLevel.Error, "Configuration {Version} of {Source} by {Actor} has {Mistakes} mistakes, so the previous one stays in force")]
    public static partial void VersionRejected(this ILogger logger, SiraConfigurationException exception, long version, ConfigurationSource source, string actor, int mistakes);

    [LoggerMessage(1402, LogLevel.Error, "The changed configuration could not be read, so the previous one stays in force")]
    public static partial void ReloadFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1403, LogLevel.Error, "Who follows the configuration threw; the change stands")]
    public static partial void FollowerThrew(this ILogger logger, Exception exception);

    [LoggerMessage(1404, LogLevel.Information, "Rollout of configuration {Version}: {Phase}, {Percent}% of the traffic. {Reason}")]
    public static partial void RolloutChanged(this ILogger logger, long version, Rollout.RolloutPhase phase, double percent, string reason);

    [LoggerMessage(1405, LogLevel.Error, "The rollout of configuration {Version} could not go on and was withdrawn")]
    public static partial void RolloutFailed(this ILogger logger, Exception exception, long version);
}
