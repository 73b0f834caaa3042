using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Messaging.DeadLetters;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>What topics measure.</summary>
internal static class TopicMetrics
{
    private const string Topic = "messaging.destination.name";
    private const string Group = "messaging.consumer.group.name";

    private static readonly Counter<long> PublishedMessages = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.published", "{message}", "Messages that were published to a topic.");

    private static readonly Counter<long> UnmatchedMessages = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.unmatched", "{message}", "Messages that no consumer group listened to.");

    private static readonly Counter<long> Duplicates = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.duplicates", "{message}", "Messages that were not published because one of their id was before.");

    private static readonly Counter<long> DeliveredMessages = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.delivered", "{delivery}", "Messages that a handler was given, each time.");

    private static readonly Counter<long> RetriedMessages = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.retried", "{delivery}", "Deliveries that failed and are tried again.");

    private static readonly Counter<long> DeadLetteredMessages = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.dead_lettered", "{message}", "Messages that were set aside.");

    private static readonly Counter<long> DroppedDeadLetters = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.dead_letters.dropped", "{message}", "Dead letters that were dropped: there were too many of them, or their group ended.");

    private static readonly Histogram<double> QueueTime = SiraDiagnostics.Meter.CreateHistogram<double>(
        "sira.bus.queue.time", "s", "How long a message waited in a group's queue before a handler was given it.");

    public static bool MeasuresQueueTime => QueueTime.Enabled;

    public static void Published(string topic) => PublishedMessages.Add(1, new KeyValuePair<string, object?>(Topic, topic));

    public static void Unmatched(string topic) => UnmatchedMessages.Add(1, new KeyValuePair<string, object?>(Topic, topic));

    public static void Duplicate(string topic) => Duplicates.Add(1, new KeyValuePair<string, object?>(Topic, topic));

    public static void Delivered(string topic, string group) => DeliveredMessages.Add(1, new(Topic, topic), new(Group, group));

    public static void Retried(string topic, string group) => RetriedMessages.Add(1, new(Topic, topic), new(Group, group));

    public static void DeadLettered(string topic, string group, DeadLetterReason reason) =>
        DeadLetteredMessages.Add(1, new(Topic, topic), new(Group, group), new("sira.bus.reason", reason.ToString()));

    public static void DeadLetterDropped(string topic, string group) => DroppedDeadLetters.Add(1, new(Topic, topic), new(Group, group));

    public static void Waited(string topic, string group, TimeSpan time) => QueueTime.Record(time.TotalSeconds, new(Topic, topic), new(Group, group));
}
