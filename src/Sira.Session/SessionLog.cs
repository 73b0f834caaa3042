using Microsoft.Extensions.Logging;

namespace Sira.Session;

/// <summary>What sessions log. Event ids 2300 to 2349. Never what was said.</summary>
internal sealed partial class SessionLog(ILogger logger)
{
    private readonly ILogger logger = logger;

    [LoggerMessage(EventId = 2300, Level = LogLevel.Warning, Message = "The segment {Name} is damaged; its events are read from the log, and it is written anew.")]
    public partial void SegmentDamaged(string name);

    [LoggerMessage(EventId = 2301, Level = LogLevel.Warning, Message = "Upkeep of sessions has failed ({Work}); nothing is lost, and it is made good when the session is next opened or swept.")]
    public partial void UpkeepFailed(string work, Exception exception);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Warning, Message = "{Count} pieces of upkeep are waiting already; one more ({Work}) is left out, and made good when the session is next opened or swept.")]
    public partial void UpkeepFull(int count, string work);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Information, Message = "Session {Id} of tenant {Tenant} has expired and was deleted.")]
    public partial void Expired(string id, string? tenant);

    [LoggerMessage(EventId = 2304, Level = LogLevel.Information, Message = "Session {Id} of tenant {Tenant} was {Action}; forks of it keep its log: {IsKept}.")]
    public partial void Removed(string id, string? tenant, string action, bool isKept);

    [LoggerMessage(EventId = 2305, Level = LogLevel.Information, Message = "A user of tenant {Tenant} was erased, with {Count} logs.")]
    public partial void UserErased(string? tenant, int count);

    [LoggerMessage(EventId = 2306, Level = LogLevel.Warning, Message = "The engine's change feed has ended or failed; subscriptions look for new events every {Interval}.")]
    public partial void FeedLost(TimeSpan interval, Exception? exception);

    [LoggerMessage(EventId = 2307, Level = LogLevel.Warning, Message = "The sweep could not look at {Name}; it goes on with the next.")]
    public partial void SweepFailed(string name, Exception exception);

    [LoggerMessage(EventId = 2308, Level = LogLevel.Error, Message = "How a turn of session {Id} has ended could not be kept; what came of the answer is not there.")]
    public partial void TurnEndNotKept(Exception exception, string id);

    [LoggerMessage(EventId = 2309, Level = LogLevel.Warning, Message = "The memory could not be searched; the request goes on without it.")]
    public partial void RecallFailed(Exception exception);

    [LoggerMessage(EventId = 2310, Level = LogLevel.Warning, Message = "Expired sessions could not be looked for; the next sweep goes on.")]
    public partial void SweepNotDone(Exception exception);
}
