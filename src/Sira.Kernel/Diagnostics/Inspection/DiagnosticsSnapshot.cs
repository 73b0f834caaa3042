using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Health.Status;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>What goes on inside, at one instant, as plain records. Serialise it with <see cref="DiagnosticsJsonContext"/>.</summary>
/// <remarks>Each record is right for the moment in which it was read; calls go on meanwhile, so that two of them need not agree.</remarks>
public sealed record DiagnosticsSnapshot
{
    /// <summary>Gets when it was taken.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Gets the status of Sira as a whole.</summary>
    public required HealthSummary Health { get; init; }

    /// <summary>Gets the version of the configuration that is in force.</summary>
    public ConfigurationVersion? Configuration { get; init; }

    /// <summary>Gets the versions that are kept, the oldest first.</summary>
    public IReadOnlyList<ConfigurationVersion> Versions { get; init; } = [];

    /// <summary>Gets the rollout that runs, or the last one.</summary>
    public RolloutStatus? Rollout { get; init; }

    /// <summary>Gets the queues.</summary>
    public IReadOnlyList<QueueStatus> Queues { get; init; } = [];

    /// <summary>Gets the pools; of each family the 100 with the most used.</summary>
    public IReadOnlyList<PoolStatus> Pools { get; init; } = [];

    /// <summary>Gets the endpoints.</summary>
    public IReadOnlyList<EndpointStatus> Endpoints { get; init; } = [];

    /// <summary>Gets the topics of the message bus; of more than 1000, those most published to.</summary>
    public IReadOnlyList<TopicStatus> Topics { get; init; } = [];

    /// <summary>Gets the consumer groups of the message bus and those who answer requests; of more than 1000, those with the most to do.</summary>
    public IReadOnlyList<GroupStatus> Groups { get; init; } = [];

    /// <summary>Gets recent decisions, the latest first; empty unless <see cref="DiagnosticsOptions.RecentDecisions"/> is set.</summary>
    public IReadOnlyList<DecisionStatus> Decisions { get; init; } = [];

    /// <summary>Gets what other sources tell, by their names.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Facts { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();
}
