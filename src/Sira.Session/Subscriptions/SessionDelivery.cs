using Sira.Session.Events;

namespace Sira.Session.Subscriptions;

/// <summary>An event of some session, as a durable subscription delivers it.</summary>
/// <param name="Key">The session.</param>
/// <param name="Event">The event.</param>
/// <param name="Position">Its place among the events of all sessions.</param>
public sealed record SessionDelivery(SessionKey Key, SessionEvent Event, long Position);
