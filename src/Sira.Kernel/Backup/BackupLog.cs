using Microsoft.Extensions.Logging;

namespace Sira.Kernel.Backup;

/// <summary>What backups log. Event ids 1420 to 1439.</summary>
internal static partial class BackupLog
{
    [LoggerMessage(1420, LogLevel.Information, "Backup {Id} is written: {Sections} sections, {Bytes} bytes")]
    public static partial void BackupWritten(this ILogger logger, Guid id, int sections, long bytes);

    [LoggerMessage(1421, LogLevel.Information, "Backup {Id} of {SavedAt} is restored: {Sections} sections")]
    public static partial void BackupRestored(this ILogger logger, Guid id, DateTimeOffset savedAt, int sections);

    [LoggerMessage(1422, LogLevel.Error, "'{Participant}' could not take back what it had restored, after another part failed")]
    public static partial void UndoFailed(this ILogger logger, Exception exception, string participant);
}
