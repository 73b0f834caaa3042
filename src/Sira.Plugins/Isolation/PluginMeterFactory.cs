using System.Diagnostics.Metrics;

namespace Sira.Plugins.Isolation;

/// <summary>The meters of one plugin, disposed of with it.</summary>
internal sealed class PluginMeterFactory(string pluginId) : IMeterFactory
{
    private readonly Lock gate = new();
    private readonly List<Meter> meters = [];
    private bool disposed;

    public Meter Create(MeterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var known = meters.Find(meter => meter.Name == options.Name && meter.Version == options.Version);
            if (known is null)
            {
                meters.Add(known = new Meter(new MeterOptions(options.Name)
                {
                    Version = options.Version,
                    Tags = [.. options.Tags ?? [], new("sira.plugin.id", pluginId)],
                    Scope = this,
                }));
            }

            return known;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var meter in meters)
            {
                meter.Dispose();
            }

            meters.Clear();
        }
    }
}
