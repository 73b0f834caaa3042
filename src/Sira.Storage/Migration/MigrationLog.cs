using Microsoft.Extensions.Logging;

namespace Sira.Storage.Migration;

/// <summary>What migrations log. Event ids 2020 to 2029.</summary>
internal static partial class MigrationLog
{
    [LoggerMessage(EventId = 2020, Level = LogLevel.Information, Message = "The migration of '{Namespace}' from '{Source}' to '{Target}' is in the phase {Phase}.")]
    public static partial void Entered(ILogger logger, string @namespace, string source, string target, MigrationPhase phase);

    [LoggerMessage(EventId = 2021, Level = LogLevel.Error, Message = "The migration of '{Namespace}' was stopped, because a write could not be mirrored to '{Target}'. The write was made in '{Source}', which is the truth. Run the migration again when the target is well.")]
    public static partial void MirrorFailed(ILogger logger, string @namespace, string source, string target, Exception exception);

    [LoggerMessage(EventId = 2022, Level = LogLevel.Warning, Message = "{Count} differences were found and put right in pass {Pass} over '{Namespace}'.")]
    public static partial void Differed(ILogger logger, string @namespace, int pass, long count);

    [LoggerMessage(EventId = 2023, Level = LogLevel.Warning, Message = "The cut-over of '{Namespace}' is made, but not noted everywhere; '{Target}' is the truth all the same, and the rest is noted when the migration is finished.")]
    public static partial void NotNoted(ILogger logger, string @namespace, string target, Exception exception);

    [LoggerMessage(EventId = 2024, Level = LogLevel.Error, Message = "Whether '{Namespace}' was cut over is unknown, because '{Source}' did not answer; it is asked before anything else is done.")]
    public static partial void Unresolved(ILogger logger, string @namespace, string source, Exception exception);

    [LoggerMessage(EventId = 2025, Level = LogLevel.Information, Message = "The migration of '{Namespace}' to '{Target}' was aborted; '{Source}' stays the truth.")]
    public static partial void Aborted(ILogger logger, string @namespace, string source, string target);
}
