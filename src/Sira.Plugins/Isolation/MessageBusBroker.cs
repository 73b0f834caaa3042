using Sira.Kernel.Messaging;
using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation;

/// <summary>Gives every plugin a view of the message bus whose topics and subscriptions end with the plugin.</summary>
internal sealed class MessageBusBroker(IMessageBus bus) : IPluginServiceBroker
{
    public string? Permission => null;

    public Type ServiceType => typeof(IMessageBus);

    public object Create(PluginGrant grant) => new PluginMessageBus(bus, grant.PluginId);
}
