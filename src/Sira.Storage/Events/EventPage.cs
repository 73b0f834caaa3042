namespace Sira.Storage.Events;

/// <summary>Events that were read together.</summary>
/// <param name="Events">The events, in their order.</param>
/// <param name="Next">The version or position behind which to read on; that which was asked for when there was nothing.</param>
/// <param name="IsEnd">Whether there was nothing more.</param>
public readonly record struct EventPage(IReadOnlyList<StoredEvent> Events, long Next, bool IsEnd);
