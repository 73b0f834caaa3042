namespace Sira.Session.Subscriptions;

/// <summary>A durable subscription to the events of all sessions: at least once, in the one order of the engine, also after a restart. Read by one reader.</summary>
/// <remarks>Events of sessions that were deleted or erased meanwhile are not delivered any more.</remarks>
public interface ISessionSubscription
{
    /// <summary>Gets its name.</summary>
    string Name { get; }

    /// <summary>Gets the position of the last event that was acknowledged; 0 for none.</summary>
    long Position { get; }

    /// <summary>Reads on behind the last event that was acknowledged.</summary>
    /// <param name="follow">Whether to wait for more at the end, until it is cancelled.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events.</returns>
    IAsyncEnumerable<SessionDelivery> ReadAsync(bool follow = true, CancellationToken cancellationToken = default);

    /// <summary>Remembers that an event, and with it every one before it, has been dealt with.</summary>
    /// <param name="delivery">The event.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it is remembered.</returns>
    /// <exception cref="Errors.SubscriptionLostException">Somebody else has opened the subscription.</exception>
    ValueTask AcknowledgeAsync(SessionDelivery delivery, CancellationToken cancellationToken = default);
}
