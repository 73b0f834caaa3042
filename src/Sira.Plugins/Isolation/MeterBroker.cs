using System.Diagnostics.Metrics;
using Sira.Kernel.Plugins;

namespace Sira.Plugins.Isolation;

/// <summary>Gives every plugin a meter factory of its own: a meter that is not disposed of keeps its maker's code in memory for ever.</summary>
internal sealed class MeterBroker : IPluginServiceBroker
{
    public string? Permission => null;

    public Type ServiceType => typeof(IMeterFactory);

    public object Create(PluginGrant grant) => new PluginMeterFactory(grant.PluginId);
}
