using Sira.Kernel.Contributions;
using Sira.Kernel.Messaging.Consumers;

namespace Sira.Kernel.Messaging.Contributed;

/// <summary>The subscription of a declared subscriber. It outlives a hot update that changes nothing but the handler.</summary>
internal abstract class SubscriberSlot
{
    /// <summary>Gets whose it is.</summary>
    public abstract string ContributorId { get; }

    public abstract string Pattern { get; }

    public abstract bool IsDurable { get; }

    /// <summary>Gets what it opened; <see langword="null"/> before.</summary>
    public abstract ITopicSubscription? Subscription { get; }

    /// <summary>Returns whether a subscriber can take the place of the one that it serves: same contributor, topics, type and options.</summary>
    public abstract bool Fits(Contribution<MessageSubscriber> next);

    /// <summary>Serves another subscriber from now on: whatever its handler has not begun, the new one gets.</summary>
    public abstract void Serve(Contribution<MessageSubscriber> next);

    /// <summary>Subscribes.</summary>
    /// <param name="replaced">Whose topics it takes over, so that no message falls between the two; <see langword="null"/> for nobody's.</param>
    public abstract Task OpenAsync(SubscriberSlot? replaced);

    /// <summary>Ends the subscription; what it has is handled still, within its drain timeout.</summary>
    public abstract Task EndAsync();
}
