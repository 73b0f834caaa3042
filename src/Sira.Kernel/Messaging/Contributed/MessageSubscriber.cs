using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;

namespace Sira.Kernel.Messaging.Contributed;

/// <summary>A subscriber as the host or a plugin has declared it.</summary>
internal abstract class MessageSubscriber(string pattern)
{
    public string Pattern => pattern;

    public abstract Type MessageType { get; }

    public abstract bool IsDurable { get; }

    public abstract void Validate(string path, ConfigurationErrors errors);

    /// <summary>Makes what subscribes for it.</summary>
    public abstract SubscriberSlot CreateSlot(IMessageBus bus, Contribution<MessageSubscriber> contribution);
}
