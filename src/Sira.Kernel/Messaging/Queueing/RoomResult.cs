namespace Sira.Kernel.Messaging.Queueing;

/// <summary>What came of asking a queue for room.</summary>
internal enum RoomResult
{
    /// <summary>There is a place; it is used by adding a message, or given back.</summary>
    Granted,

    /// <summary>The message is dropped; that was counted.</summary>
    Dropped,

    /// <summary>The publisher is refused.</summary>
    Refused,

    /// <summary>The group has ended.</summary>
    Ended,
}
