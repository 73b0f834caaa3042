using Sira.Kernel.Messaging.Consumers;

namespace Sira.Plugins.Isolation.Messaging;

/// <summary>A subscription in a plugin's hands: ended by it, or with it.</summary>
internal sealed class PluginSubscription(ITopicSubscription subscription, PluginMessageBus bus) : ITopicSubscription
{
    public string Group => subscription.Group;

    public string Pattern => subscription.Pattern;

    public ValueTask DisposeAsync()
    {
        bus.Forget(this);
        return subscription.DisposeAsync();
    }
}
