using Microsoft.Extensions.Logging;
using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor.Examining;

/// <summary>What the leak doctor logs. Event ids 1535 to 1539.</summary>
internal static partial class LeakDoctorLog
{
    [LoggerMessage(1535, LogLevel.Warning, "What keeps stopped plugins in memory:\n{Report}")]
    public static partial void Examined(this ILogger logger, LeakReport report);

    [LoggerMessage(1536, LogLevel.Information, "Plugin {Plugin} {Version} is in memory still, but the process is examined at most once in {Interval}; call IPluginLeakDoctor.ExamineAsync to have it done now")]
    public static partial void NotExamined(this ILogger logger, string plugin, string version, TimeSpan interval);

    [LoggerMessage(1537, LogLevel.Warning, "What keeps plugin {Plugin} in memory could not be found out")]
    public static partial void ExaminationFailed(this ILogger logger, Exception exception, string plugin);
}
