using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Messaging;

/// <summary>Where and how the journal of the message bus is kept.</summary>
public sealed record StorageJournalOptions
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMinutes(5);

    /// <summary>Gets the name of the engine that keeps it, where it comes from a container.</summary>
    /// <value>Default <see langword="null"/>: the <see cref="IStorageEngine"/> that is registered without a name.</value>
    public string? Engine { get; init; }

    /// <summary>Gets the namespace. Journals of different namespaces have nothing to do with each other.</summary>
    /// <value>Default <c>bus</c>.</value>
    public string Namespace { get; init; } = "bus";

    /// <summary>Gets what messages, and what groups have done, survive once it is acknowledged.</summary>
    /// <value>Default <see langword="null"/>: what the engine is set to.</value>
    public StorageDurability? Durability { get; init; }

    /// <summary>Gets how often the engine is asked for messages of other processes while a group waits. Where it has a change feed this finds what the feed has missed; where it has none, it is how late they may come.</summary>
    /// <value>Default 1 second; 10 milliseconds to 5 minutes.</value>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how many bytes of messages that were published or read last are held in memory, from where the groups are served that keep up.</summary>
    /// <value>Default 16 MiB; 0 holds none.</value>
    public long CacheBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Engine is not null && string.IsNullOrWhiteSpace(Engine))
        {
            errors.Add($"{path}:{nameof(Engine)}", "the name of the engine is blank.", "Write the name of an engine, or leave it out.");
        }

        StorageArguments.CheckNamespace(Namespace, $"{path}:{nameof(Namespace)}", errors);
        if (Durability is { } durability && !Enum.IsDefined(durability))
        {
            errors.Add($"{path}:{nameof(Durability)}", $"'{durability}' is unknown.", $"Use one of {string.Join(", ", Enum.GetNames<StorageDurability>())}.");
        }

        if (PollInterval < ShortestPoll || PollInterval > LongestPoll)
        {
            errors.Add($"{path}:{nameof(PollInterval)}", $"{PollInterval} is out of range.", $"Use {ShortestPoll} to {LongestPoll}.");
        }

        if (CacheBytes < 0)
        {
            errors.Add($"{path}:{nameof(CacheBytes)}", $"{CacheBytes} is out of range.", "Use 0 or more bytes.");
        }
    }
}
