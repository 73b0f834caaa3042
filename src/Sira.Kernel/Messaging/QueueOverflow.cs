namespace Sira.Kernel.Messaging;

/// <summary>What happens to a message that finds a queue full. Every dropped message is counted by the meter.</summary>
public enum QueueOverflow
{
    /// <summary>The oldest waiting message is dropped.</summary>
    DropOldest,

    /// <summary>The new message is dropped.</summary>
    DropNewest,
}
