using Sira.Kernel.Plugins;
using Sira.Plugins.Isolation.Messaging;

namespace Sira.Plugins.Isolation;

/// <summary>Tells which topics a plugin may use, by its permission <c>messaging</c>, such as <c>messaging: publish orders.*</c>.</summary>
internal sealed class TopicsBroker : IPluginServiceBroker
{
    public const string Kind = "messaging";

    public string? Permission => Kind;

    public Type ServiceType => typeof(IPluginTopics);

    public string? Refuse(string argument) => PermittedTopics.TryParse(argument, out _) ? null : PermittedTopics.Grammar;

    public object Create(PluginGrant grant) => new PluginTopics(grant.PluginId, grant);

    public object? CreateWithout(string pluginId) => new PluginTopics(pluginId, null);
}
