using Microsoft.Extensions.Logging;

namespace Sira.Session.Compaction;

/// <summary>What compaction logs. Event ids 2350 to 2359. Never a text of a session.</summary>
internal static partial class CompactionLog
{
    [LoggerMessage(EventId = 2350, Level = LogLevel.Warning, Message = "Compaction of session {Session} by {Compactor} failed for the {Failures}. time in a row, after {Summaries} summaries; its history is as it was, and it is left alone until {Until:O}")]
    public static partial void Failed(ILogger logger, string session, string compactor, int failures, int summaries, DateTimeOffset until, Exception exception);

    [LoggerMessage(EventId = 2351, Level = LogLevel.Debug, Message = "Compaction of session {Session} by {Compactor} appended {Summaries} summaries")]
    public static partial void Compacted(ILogger logger, string session, string compactor, int summaries);
}
