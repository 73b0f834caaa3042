using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.State;

/// <summary>How the state of the process is kept in storage: the section <c>Sira:State</c>.</summary>
public sealed record StateStorageOptions
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLease = TimeSpan.FromDays(1);

    /// <summary>Gets the namespace; the rules of the storage say which engine keeps it.</summary>
    /// <value>Default <c>state</c>.</value>
    public string Namespace { get; init; } = "state";

    /// <summary>Gets how often the state is kept, which is how much of it a process that is killed loses at most.</summary>
    /// <value>Default 5 seconds; 100 milliseconds to one hour.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets after which time without a word a process of another machine is taken for dead, so that the next that starts takes its state over. One of this machine is seen to be dead at once.</summary>
    /// <value>Default 1 minute; at least 3 times <see cref="Interval"/>, at most a day.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets what the state survives once it is kept.</summary>
    /// <value>Default <see langword="null"/>: what the engine is set to.</value>
    public StorageDurability? Durability { get; init; }

    /// <summary>Gets which parts are kept, by their names, such as <c>usage-ledger</c>, <c>resource-pools</c>, <c>circuit-breakers</c> and <c>configuration</c>.</summary>
    /// <value>Default empty: all.</value>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>Gets whether the start fails when what is kept cannot be read. Without it the process starts with nothing, keeps its own state as soon as it can, and leaves what it could not read to the next that starts.</summary>
    /// <value>Default <see langword="true"/>: budgets must not be forgotten because a server was down.</value>
    public bool Required { get; init; } = true;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        StorageArguments.CheckNamespace(Namespace, $"{path}:{nameof(Namespace)}", errors);
        if (Interval < ShortestInterval || Interval > LongestInterval)
        {
            errors.Add($"{path}:{nameof(Interval)}", $"{Interval} is out of range.", $"Use {ShortestInterval} to {LongestInterval}.");
        }
        else if (Lease < 3 * Interval || Lease > LongestLease)
        {
            errors.Add($"{path}:{nameof(Lease)}", $"{Lease} is out of range.", $"Use {3 * Interval}, which is 3 times the interval, to {LongestLease}.");
        }

        if (Durability is { } durability && !Enum.IsDefined(durability))
        {
            errors.Add($"{path}:{nameof(Durability)}", $"'{durability}' is unknown.", $"Use one of {string.Join(", ", Enum.GetNames<StorageDurability>())}.");
        }
    }
}
