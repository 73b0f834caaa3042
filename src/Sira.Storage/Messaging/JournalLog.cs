using Microsoft.Extensions.Logging;

namespace Sira.Storage.Messaging;

/// <summary>What the journal logs. Event ids 2400 to 2449.</summary>
internal sealed partial class JournalLog(ILogger logger)
{
    private readonly ILogger logger = logger;

    [LoggerMessage(EventId = 2400, Level = LogLevel.Error, Message = "The message at position {Position} of the journal is damaged. The groups that come to it set it aside as unreadable.")]
    public partial void RecordDamaged(long position, Exception exception);

    [LoggerMessage(EventId = 2401, Level = LogLevel.Error, Message = "What the durable group {Group} knows of the message at position {Position} is damaged. It is taken for one that was in work when the process died.")]
    public partial void RowDamaged(string group, long position, Exception exception);

    [LoggerMessage(EventId = 2402, Level = LogLevel.Error, Message = "The dead letter {Id} is damaged. It is listed without its message.")]
    public partial void LetterDamaged(long id, Exception exception);

    [LoggerMessage(EventId = 2403, Level = LogLevel.Warning, Message = "The change feed of the journal's engine failed; until it is heard again, messages of other processes are asked for every {Interval}.")]
    public partial void FeedFailed(TimeSpan interval, Exception exception);
}
