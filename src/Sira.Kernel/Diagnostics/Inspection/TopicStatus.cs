namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>A topic of the message bus at one instant. The numbers count from its beginning in this process.</summary>
/// <param name="Name">The name.</param>
/// <param name="MessageType">The name of the type of its messages.</param>
/// <param name="IsDurable">Whether its messages are kept in the journal.</param>
/// <param name="Published">How many messages were published.</param>
/// <param name="Unmatched">How many of them nobody listened to.</param>
/// <param name="Duplicates">How many were not published, being duplicates.</param>
public sealed record TopicStatus(string Name, string MessageType, bool IsDurable, long Published, long Unmatched, long Duplicates);
