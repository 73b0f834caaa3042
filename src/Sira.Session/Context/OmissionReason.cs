namespace Sira.Session.Context;

/// <summary>Why something is not sent.</summary>
public enum OmissionReason
{
    /// <summary>There is no room for it, and no summary stands for it.</summary>
    NoRoom,

    /// <summary>There is no room for it, and a summary that is sent stands for it.</summary>
    Summarised,

    /// <summary>A tool call without its results, such as of a turn that was cancelled.</summary>
    UnansweredCall,

    /// <summary>A tool result without its call.</summary>
    OrphanedResult,

    /// <summary>An answer that ended before it was whole.</summary>
    PartialAnswer,

    /// <summary>A summary for which there is no room.</summary>
    SummaryNoRoom,

    /// <summary>Something remembered for which there is no room.</summary>
    MemoryNoRoom,

    /// <summary>Something remembered that is sent as a message already.</summary>
    AlreadySent,
}
