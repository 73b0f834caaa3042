using System.Collections;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Reflection;
using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Disposes of a plugin's listeners to measurements, activities and event sources, which lists of the process hold until somebody does.</summary>
internal sealed class ListenerHealer : ILeakHealer
{
    private readonly RuntimeMembers members = new();
    private readonly FieldInfo? meterListeners;
    private readonly FieldInfo? activityListeners;
    private readonly FieldInfo? activityList;
    private readonly FieldInfo? eventListeners;
    private readonly FieldInfo? nextEventListener;

    public ListenerHealer()
    {
        meterListeners = members.FindField(typeof(MeterListener), "s_allStartedListeners", typeof(IEnumerable));
        activityListeners = members.FindField(typeof(ActivitySource), "s_allListeners");
        activityList = members.FindField(activityListeners?.FieldType, "_volatileArray", typeof(IEnumerable));
        eventListeners = members.FindField(typeof(EventListener), "s_Listeners", typeof(EventListener));
        nextEventListener = members.FindField(typeof(EventListener), "m_Next", typeof(EventListener));
    }

    public string Heals => "listeners that are not disposed of";

    public string? Missing => members.Missing;

    public bool IsCostly => false;

    public int Heal(AssemblyLoadContext context)
    {
        var listeners = Items(meterListeners!.GetValue(null)).Concat(Items(activityListeners!.GetValue(null) is { } list ? activityList!.GetValue(list) : null)).Concat(EventListeners());
        var owned = listeners.Where(listener => IsOwned(context, listener)).Cast<IDisposable>().ToList();
        owned.ForEach(static listener => listener.Dispose());
        return owned.Count;
    }

    private static object[] Items(object? list) => list is ICollection items ? [.. items.Cast<object>()] : [];

    private static bool IsOwned(AssemblyLoadContext context, object listener) => context.OwnsObject(listener) || listener switch
    {
        MeterListener meters => context.Owns(meters.InstrumentPublished),
        ActivityListener activities => context.Owns(activities.ShouldListenTo) || context.Owns(activities.ActivityStarted) || context.Owns(activities.ActivityStopped),
        _ => false,
    };

    private IEnumerable<object> EventListeners()
    {
        for (var listener = (EventListener?)eventListeners!.GetValue(null); listener is not null; listener = (EventListener?)nextEventListener!.GetValue(listener))
        {
            yield return listener;
        }
    }
}
