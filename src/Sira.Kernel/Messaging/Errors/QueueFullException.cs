namespace Sira.Kernel.Messaging.Errors;

/// <summary>A consumer group had no room for a message and refuses it. Nobody was given the message.</summary>
public sealed class QueueFullException : MessagingException
{
    internal QueueFullException(string topic, string group, int capacity, string bound)
        : base($"The message for '{topic}' was refused: the group '{group}' holds {capacity} messages already, its {bound}. Nobody was given the message. Publish it again later, publish more slowly, give the group more consumers, or raise ConsumerOptions.{bound}.") =>
        (Topic, Group, Capacity) = (topic, group, capacity);

    /// <summary>Gets the topic.</summary>
    public string Topic { get; }

    /// <summary>Gets the group.</summary>
    public string Group { get; }

    /// <summary>Gets how many messages the group may hold.</summary>
    public int Capacity { get; }
}
