using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Takes a plugin's observable instruments out of meters that were made past the plugin's meter factory and not disposed of. The list of all meters holds them.</summary>
/// <remarks>The meter itself stays, as it may be the host's, unless the plugin is its scope.</remarks>
internal sealed class MeterHealer : ILeakHealer
{
    private readonly RuntimeMembers members = new();
    private readonly FieldInfo? meters;
    private readonly FieldInfo? instruments;
    private readonly FieldInfo? listeners;
    private readonly PropertyInfo? gate;

    public MeterHealer()
    {
        meters = members.FindField(typeof(Meter), "s_allMeters", typeof(List<Meter>));
        instruments = members.FindField(typeof(Meter), "_instruments", typeof(List<Instrument>));
        listeners = members.FindField(typeof(MeterListener), "s_allStartedListeners", typeof(List<MeterListener>));
        gate = members.FindProperty(typeof(Instrument), "SyncObject");
    }

    public string Heals => "instruments of meters that are not disposed of";

    public string? Missing => members.Missing;

    public bool IsCostly => false;

    public int Heal(AssemblyLoadContext context)
    {
        var ended = new List<Meter>();
        var removed = new List<Instrument>();
        MeterListener[] listening;
        lock (gate!.GetValue(null)!)
        {
            foreach (var meter in (List<Meter>)meters!.GetValue(null)!)
            {
                if (context.OwnsObject(meter) || context.OwnsObject(meter.Scope))
                {
                    ended.Add(meter);
                }
                else
                {
                    var own = (List<Instrument>)instruments!.GetValue(meter)!;
                    removed.AddRange(own.Where(instrument => IsOwned(context, instrument)));
                    own.RemoveAll(removed.Contains);
                }
            }

            listening = [.. (List<MeterListener>)listeners!.GetValue(null)!];
        }

        // Outside the lock: whoever listens is told.
        ended.ForEach(static meter => meter.Dispose());
        foreach (var instrument in removed)
        {
            Array.ForEach(listening, listener => listener.DisableMeasurementEvents(instrument));
        }

        return removed.Count + ended.Count;
    }

    private static bool IsOwned(AssemblyLoadContext context, Instrument instrument) =>
        context.OwnsObject(instrument) || (instrument.IsObservable && context.OwnsObject(CallbackOf(instrument)));

    private static object? CallbackOf(Instrument instrument) =>
        instrument.GetType().GetField("_callback", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly)?.GetValue(instrument);
}
