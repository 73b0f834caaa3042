using Sira.Plugins.LeakDoctor.Reports;

namespace Sira.Plugins.LeakDoctor.Diagnosis;

/// <summary>Recognises what a path is a case of.</summary>
internal static class LeakPatterns
{
    private const string DisposeListener = "Dispose of it in StopAsync, or make meters with the IMeterFactory of the plugin's container, which does.";

    private static readonly LeakPattern[] Known =
    [
        new(LeakKind.JsonCache, "System.Text.Json.", "System.Text.Json remembers a type of the plugin that was serialised by reflection", "Use a source-generated JsonSerializerContext in the plugin. With HealUnloads the host clears the caches."),
        new(LeakKind.TypeDescriptorCache, "System.ComponentModel.", "TypeDescriptor remembers a type of the plugin", "Do without TypeDescriptor, or let the plugin be loaded with a copy of System.ComponentModel.TypeConverter of its own, as the loader of Sira does."),
        new(LeakKind.DynamicBinder, "Microsoft.CSharp.", "the binder of 'dynamic' remembers a type of the plugin", "Do without 'dynamic', or let the plugin be loaded with copies of Microsoft.CSharp and System.Linq.Expressions of its own, as the loader of Sira does."),
        new(LeakKind.DynamicBinder, "System.Linq.Expressions.", "compiled expressions remember a type of the plugin", "Do not hand expressions of the plugin's types to the host."),
        new(LeakKind.DynamicBinder, "System.Dynamic.", "the binder of 'dynamic' remembers a type of the plugin", "Do without 'dynamic'."),
        new(LeakKind.PeriodicTimer, "System.Threading.PeriodicTimer", "a method of the plugin waits for the next tick of a PeriodicTimer", "Give the wait PluginContext.Stopping, and await the loop in StopAsync."),
        new(LeakKind.Timer, "System.Threading.Tasks.Task+DelayPromise", "a method of the plugin waits for a Task.Delay", "Give the delay PluginContext.Stopping, and await the method in StopAsync."),
        new(LeakKind.Timer, "System.Threading.Tasks.Task.DelayPromise", "a method of the plugin waits for a Task.Delay", "Give the delay PluginContext.Stopping, and await the method in StopAsync."),
        new(LeakKind.Timer, "System.Threading.TimerQueueTimer", "a timer with a callback of the plugin runs", "Dispose of the timer in StopAsync."),
        new(LeakKind.RegisteredWait, "System.Threading.RegisteredWaitHandle", "a wait of the plugin is registered with the thread pool", "Keep what RegisterWaitForSingleObject returns and call Unregister in StopAsync."),
        new(LeakKind.RegisteredWait, "System.Threading._ThreadPoolWaitOrTimerCallback", "a wait of the plugin is registered with the thread pool", "Keep what RegisterWaitForSingleObject returns and call Unregister in StopAsync."),
        new(LeakKind.ChangeToken, "Microsoft.Extensions.Primitives.ChangeToken", "a callback of the plugin is registered on a change token of the host", "Keep what ChangeToken.OnChange returns and dispose of it in StopAsync."),
        new(LeakKind.TokenRegistration, "System.Threading.CancellationTokenSource", "a callback of the plugin is registered on a cancellation token of the host", "Keep what Register returns and dispose of it in StopAsync, or register on PluginContext.Stopping."),
        new(LeakKind.Channel, "System.Threading.Channels.", "a method of the plugin waits for a channel of the host", "Give the read or write PluginContext.Stopping, and await the method in StopAsync."),
        new(LeakKind.Diagnostics, "System.Diagnostics.Metrics.", "a meter with an instrument of the plugin, or a listener of the plugin, is not disposed of", DisposeListener),
        new(LeakKind.Diagnostics, "System.Diagnostics.Activity", "a listener of the plugin to activities is not disposed of", DisposeListener),
        new(LeakKind.Diagnostics, "System.Diagnostics.Tracing.", "a listener of the plugin to event sources is not disposed of", DisposeListener),
        new(LeakKind.AmbientValue, "System.Threading.AsyncLocalValueMap", "an AsyncLocal of the plugin has a value in a flow of the host", "Set ambient values inside an asynchronous method of the plugin, so that they end with it."),
        new(LeakKind.AmbientValue, "System.Threading.ExecutionContext", "an AsyncLocal of the plugin has a value in a flow of the host", "Set ambient values inside an asynchronous method of the plugin, so that they end with it."),
        new(LeakKind.PendingWait, "System.Threading.Tasks.", "a method of the plugin waits for a task that does not end", "Give what it waits for PluginContext.Stopping, and await the method in StopAsync."),
    ];

    /// <summary>Says what a path is a case of.</summary>
    /// <param name="root">The root.</param>
    /// <param name="nodes">The objects; the last is the plugin's.</param>
    public static LeakPath Diagnose(LeakRoot root, IReadOnlyList<LeakNode> nodes)
    {
        // The nearest to the plugin says most: a timer may hold a token that holds a registration.
        for (var i = nodes.Count - 2; i >= 0; i--)
        {
            if (Match(nodes[i].Type) is { } pattern)
            {
                return new LeakPath(root, pattern.Kind, Sentence(pattern.Owner, root), pattern.Fix, nodes);
            }
        }

        // What a static of the runtime holds directly is recognised by the static, unless it is an event.
        if (root.Kind == LeakRootKind.StaticField && !nodes.Any(IsCall) && Match(root.Name) is { } cache)
        {
            return new LeakPath(root, cache.Kind, Sentence(cache.Owner, root), cache.Fix, nodes);
        }

        var (kind, owner, fix) = ByRoot(root, nodes);
        return new LeakPath(root, kind, Sentence(owner, root), fix, nodes);
    }

    private static bool IsCall(LeakNode node) => node.Detail?.StartsWith("calls ", StringComparison.Ordinal) == true;

    private static LeakPattern? Match(string name) => Array.Find(Known, pattern => name.StartsWith(pattern.TypePrefix, StringComparison.Ordinal));

    private static (LeakKind Kind, string Owner, string Fix) ByRoot(LeakRoot root, IReadOnlyList<LeakNode> nodes)
    {
        var holder = nodes.Count > 1 ? nodes[^2] : null;
        if (root.Kind == LeakRootKind.Stack)
        {
            return (LeakKind.Thread, "a thread runs or waits in a method of the plugin", "End the thread in StopAsync: wake what it waits for, and join it.");
        }

        if (nodes.Take(nodes.Count - 1).LastOrDefault(static node => node.Belongs is not ("runtime" or "host")) is { } other)
        {
            return (LeakKind.Plugin, $"the stopped plugin {other.Belongs} holds it", $"See what holds {other.Belongs}.");
        }

        if (root.Kind is LeakRootKind.StrongHandle or LeakRootKind.PinnedHandle)
        {
            return (LeakKind.Handle, "a handle that is not freed holds an object of the plugin", "Free what GCHandle.Alloc returned in StopAsync, or make it a weak handle.");
        }

        if (root.Kind == LeakRootKind.Finalizer)
        {
            return (LeakKind.Other, "an object of the plugin waits for its finalizer", "Make sure that no finalizer of the plugin blocks.");
        }

        if (holder is not null && IsCall(holder))
        {
            return (LeakKind.Event, "an event of something that lives longer has a handler of the plugin", "Remove the handler in StopAsync.");
        }

        return (LeakKind.Field, "a field or table of something that lives longer holds an object or a type of the plugin", "Remove it in StopAsync; in the host, use weak keys (ConditionalWeakTable) for what plugins put there.");
    }

    private static string Sentence(string owner, LeakRoot root) => $"{char.ToUpperInvariant(owner[0])}{owner[1..]}, reached from {Words(root)}.";

    private static string Words(LeakRoot root) => root.Kind switch
    {
        LeakRootKind.StaticField => $"the static field {root.Name}",
        LeakRootKind.ThreadStaticField => $"the thread-static field {root.Name}",
        LeakRootKind.StrongHandle => "a strong handle",
        LeakRootKind.PinnedHandle => "a pinned handle",
        LeakRootKind.Stack => $"the stack of {root.Name}",
        LeakRootKind.Finalizer => "the queue of the finalizer",
        _ => root.Name,
    };
}
