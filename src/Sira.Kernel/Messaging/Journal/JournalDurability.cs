namespace Sira.Kernel.Messaging.Journal;

/// <summary>What the messages that a journal has taken survive.</summary>
public enum JournalDurability
{
    /// <summary>The end of a subscription or of the bus, but not of the process.</summary>
    Process,

    /// <summary>The death of the process, as by <c>kill -9</c>, but not of the operating system.</summary>
    ProcessCrash,

    /// <summary>A power failure: a message is taken once it is on the disk.</summary>
    PowerLoss,
}
