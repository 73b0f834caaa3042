using Sira.Kernel.Plugins;
using Sira.Kernel.Resources;

namespace Sira.Plugins.Isolation;

/// <summary>Lets plugins with the permission <c>resources</c> reserve from the pools that they named, such as <c>resources: gpu</c> or <c>resources: acme.*</c>.</summary>
internal sealed class ResourcesBroker(ResourceScheduler scheduler, ResourcePoolRegistry pools) : IPluginServiceBroker
{
    public string Permission => "resources";

    public Type ServiceType => typeof(IPluginResources);

    public object Create(PluginGrant grant) => new PluginResources(grant, scheduler, pools);
}
