namespace Sira.Kernel.Messaging.Journal;

/// <summary>Where a durable group that is new starts.</summary>
public enum JournalStart
{
    /// <summary>With the oldest message that is still kept.</summary>
    Oldest,

    /// <summary>With the next message that is published.</summary>
    Next,
}
