namespace Sira.Kernel.Messaging.Topics;

/// <summary>One topic at one moment. The numbers count from the topic's beginning in this process.</summary>
public sealed record TopicSnapshot
{
    /// <summary>Gets the name.</summary>
    public required string Topic { get; init; }

    /// <summary>Gets the name of the type of its messages.</summary>
    public required string MessageType { get; init; }

    /// <summary>Gets whether its messages are kept in the journal.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Gets how many messages were published.</summary>
    public long Published { get; init; }

    /// <summary>Gets how many of them nobody listened to.</summary>
    public long Unmatched { get; init; }

    /// <summary>Gets how many messages were not published, being duplicates.</summary>
    public long Duplicates { get; init; }
}
