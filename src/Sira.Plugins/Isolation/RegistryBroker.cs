using Sira.Kernel.Plugins;
using Sira.Kernel.Registry;

namespace Sira.Plugins.Isolation;

/// <summary>Lets plugins with the permission <c>registry</c> list endpoints of the services that they named, such as <c>registry: search</c> or <c>registry: acme.*</c>.</summary>
internal sealed class RegistryBroker(IServiceRegistry registry) : IPluginServiceBroker
{
    public string Permission => "registry";

    public Type ServiceType => typeof(IPluginEndpoints);

    public object Create(PluginGrant grant) => new PluginEndpoints(grant, registry);
}
