using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>The lengths of the groups' queues and the age of the oldest message, over all buses of the process.</summary>
/// <remarks>Refers to the hubs weakly: a bus that nobody holds any more is measured no longer.</remarks>
internal static class TopicGauges
{
    private static readonly Lock Gate = new();
    private static readonly List<WeakReference<TopicHub>> Hubs = [];

    static TopicGauges()
    {
        SiraDiagnostics.Meter.CreateObservableGauge("sira.bus.queue.length", static () => Measure(static group => (long)(group.Waiting + group.InWork)), "{message}", "Messages that a consumer group holds.");
        SiraDiagnostics.Meter.CreateObservableGauge("sira.bus.queue.oldest_age", static () => Measure(static group => group.OldestAge.TotalSeconds), "s", "How long the message has waited that has waited longest.");
    }

    public static void Add(TopicHub hub)
    {
        lock (Gate)
        {
            Hubs.RemoveAll(static other => !other.TryGetTarget(out _));
            Hubs.Add(new WeakReference<TopicHub>(hub));
        }
    }

    public static void Remove(TopicHub hub)
    {
        lock (Gate)
        {
            Hubs.RemoveAll(other => !other.TryGetTarget(out var target) || ReferenceEquals(target, hub));
        }
    }

    private static List<Measurement<T>> Measure<T>(Func<Consumers.GroupSnapshot, T> value)
        where T : struct
    {
        TopicHub[] hubs;
        lock (Gate)
        {
            hubs = [.. Hubs.Select(static hub => hub.TryGetTarget(out var target) ? target : null).OfType<TopicHub>()];
        }

        return [.. hubs.SelectMany(static hub => hub.Snapshot().Groups).Select(group => new Measurement<T>(value(group), new("messaging.destination.name", group.Pattern), new("messaging.consumer.group.name", group.Group)))];
    }
}
