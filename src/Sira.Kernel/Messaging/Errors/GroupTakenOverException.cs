namespace Sira.Kernel.Messaging.Errors;

/// <summary>Somebody else has opened the durable group since; this one must not go on.</summary>
public sealed class GroupTakenOverException : JournalException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="group">The group.</param>
    /// <param name="epoch">The epoch of the one that was too late.</param>
    /// <param name="current">The epoch that is in force.</param>
    public GroupTakenOverException(string group, long epoch, long current)
        : base($"The durable group '{group}' was opened by somebody else: this one has epoch {epoch}, {current} is in force. A durable group has one owner; give each process a group of its own, or let one of them consume.") =>
        (Group, Epoch, CurrentEpoch) = (group, epoch, current);

    /// <summary>Gets the group.</summary>
    public string Group { get; }

    /// <summary>Gets the epoch of the one that was too late.</summary>
    public long Epoch { get; }

    /// <summary>Gets the epoch that is in force.</summary>
    public long CurrentEpoch { get; }
}
