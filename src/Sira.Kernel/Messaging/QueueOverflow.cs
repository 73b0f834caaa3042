namespace Sira.Kernel.Messaging;

/// <summary>What happens to a message that finds a queue full. Every dropped message is counted by the meter.</summary>
public enum QueueOverflow
{
    /// <summary>The oldest waiting message is dropped.</summary>
    DropOldest,

    /// <summary>The new message is dropped.</summary>
    DropNewest,

    /// <summary>The publisher waits for room. One that cannot wait, as <see cref="IMessageBus.Publish"/> cannot, drops the new message.</summary>
    Wait,

    /// <summary>The publisher gets a <see cref="Errors.QueueFullException"/>, and nobody gets the message. Topics only.</summary>
    Reject,
}
