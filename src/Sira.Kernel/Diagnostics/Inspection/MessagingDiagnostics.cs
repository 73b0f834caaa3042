using System.Globalization;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Tells of the message bus: its topics, its consumer groups and who answers requests.</summary>
internal sealed class MessagingDiagnostics(IMessageBus bus) : IDiagnosticsSource
{
    // There may be ten thousand of each.
    private const int MostTopics = 1000;
    private const int MostGroups = 1000;

    public string Name => "messaging";

    public void Contribute(DiagnosticsSnapshotBuilder snapshot)
    {
        var messaging = bus.Snapshot();
        foreach (var topic in messaging.Topics.OrderByDescending(static topic => topic.Published).Take(MostTopics).OrderBy(static topic => topic.Topic, StringComparer.Ordinal))
        {
            snapshot.Topics.Add(new TopicStatus(topic.Topic, topic.MessageType, topic.IsDurable, topic.Published, topic.Unmatched, topic.Duplicates));
        }

        foreach (var group in messaging.Groups.OrderByDescending(static group => group.Waiting + group.Delayed + group.InWork).Take(MostGroups).OrderBy(static group => group.Group, StringComparer.Ordinal))
        {
            snapshot.Groups.Add(Describe(group));
        }

        snapshot.AddFact(Name, "topics", messaging.Topics.Count.ToString(CultureInfo.InvariantCulture));
        snapshot.AddFact(Name, "groups", messaging.Groups.Count.ToString(CultureInfo.InvariantCulture));
        snapshot.AddFact(Name, "dead letters in memory", messaging.DeadLettersInMemory.ToString(CultureInfo.InvariantCulture));
    }

    private static GroupStatus Describe(GroupSnapshot group) => new(group.Group, group.Pattern, group.Waiting, group.Delayed, group.InWork, group.OldestAge)
    {
        AnswersRequests = group.AnswersRequests,
        IsDurable = group.IsDurable,
        Capacity = group.Capacity,
        Overflow = group.Overflow,
        Acknowledged = group.Acknowledged,
        Retried = group.Retried,
        DeadLettered = group.DeadLettered,
        Dropped = group.Dropped,
    };
}
