using Sira.Kernel.Messaging;
using Sira.Kernel.Plugins;
using Sira.Plugins.Isolation.Messaging;

namespace Sira.Plugins.Isolation;

/// <summary>Gives every plugin a view of the message bus whose topics and subscriptions end with the plugin. Events by their type are everybody's; topics and requests need the permission <c>messaging</c>.</summary>
internal sealed class MessageBusBroker(IMessageBus bus) : IPluginServiceBroker
{
    public string? Permission => TopicsBroker.Kind;

    public Type ServiceType => typeof(IMessageBus);

    public object Create(PluginGrant grant) => new PluginMessageBus(bus, new PluginTopics(grant.PluginId, grant));

    public object? CreateWithout(string pluginId) => new PluginMessageBus(bus, new PluginTopics(pluginId, null));
}
