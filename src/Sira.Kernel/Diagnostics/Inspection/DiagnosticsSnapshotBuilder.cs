namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Takes what the sources tell. For one thread.</summary>
public sealed class DiagnosticsSnapshotBuilder
{
    private readonly SortedDictionary<string, Dictionary<string, string>> facts = new(StringComparer.Ordinal);

    internal DiagnosticsSnapshotBuilder(DecisionFilter decisions) => DecisionFilter = decisions;

    /// <summary>Gets which decisions were asked for.</summary>
    public DecisionFilter DecisionFilter { get; }

    /// <summary>Gets the queues so far.</summary>
    public ICollection<QueueStatus> Queues { get; } = [];

    /// <summary>Gets the pools so far.</summary>
    public ICollection<PoolStatus> Pools { get; } = [];

    /// <summary>Gets the endpoints so far.</summary>
    public ICollection<EndpointStatus> Endpoints { get; } = [];

    /// <summary>Gets the topics of the message bus so far.</summary>
    public ICollection<TopicStatus> Topics { get; } = [];

    /// <summary>Gets the consumer groups of the message bus so far.</summary>
    public ICollection<GroupStatus> Groups { get; } = [];

    /// <summary>Gets the decisions so far.</summary>
    public ICollection<DecisionStatus> Decisions { get; } = [];

    /// <summary>Adds a fact that has no record of its own.</summary>
    /// <param name="source">The source that tells it.</param>
    /// <param name="name">What it is.</param>
    /// <param name="value">Its value; never a secret, never content.</param>
    public void AddFact(string source, string name, string value)
    {
        if (!facts.TryGetValue(source, out var own))
        {
            facts.Add(source, own = new Dictionary<string, string>(StringComparer.Ordinal));
        }

        own[name] = value;
    }

    internal IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Facts =>
        facts.ToDictionary(static pair => pair.Key, static pair => (IReadOnlyDictionary<string, string>)pair.Value, StringComparer.Ordinal);
}
