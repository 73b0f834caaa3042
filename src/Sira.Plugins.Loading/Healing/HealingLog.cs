using Microsoft.Extensions.Logging;

namespace Sira.Plugins.Loading.Healing;

/// <summary>What the healing of unloads logs. Event ids 1530 to 1534.</summary>
internal static partial class HealingLog
{
    [LoggerMessage(1530, LogLevel.Debug, "Plugin {Plugin} has ended and left {Count} {What}; cut, so that its code can leave memory")]
    public static partial void Healed(this ILogger logger, string? plugin, int count, string what);

    [LoggerMessage(1531, LogLevel.Warning, "Healing {What} of plugins that have ended failed; it is said only this once")]
    public static partial void NotHealed(this ILogger logger, Exception exception, string what);

    [LoggerMessage(1532, LogLevel.Warning, "{What} of plugins that have ended cannot be healed: there is no {Member} in the runtime {Version}. A plugin that leaves them stays in memory")]
    public static partial void CannotHeal(this ILogger logger, string what, string member, Version version);
}
