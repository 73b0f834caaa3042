using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Engines.Memory;

/// <summary>Keeps everything in the memory of this process: for tests, caches, and what need not outlive it.</summary>
public sealed class MemoryEngine : IStorageEngine
{
    private readonly MemoryState state;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">How much is kept; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public MemoryEngine(MemoryEngineOptions? options = null, TimeProvider? time = null)
    {
        options ??= new MemoryEngineOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(MemoryEngineOptions), errors);
        errors.ThrowIfAny();
        state = new MemoryState(options, time ?? TimeProvider.System);
        (Store, Events, Changes) = (new MemoryStore(state, Capabilities), new MemoryEventLog(state, Capabilities), state.Changes);
    }

    /// <inheritdoc />
    public string Name => state.Name;

    /// <inheritdoc />
    public StorageCapabilities Capabilities { get; } = new()
    {
        Features = StorageFeatures.Conditions | StorageFeatures.TimeToLive | StorageFeatures.Scan | StorageFeatures.AtomicBatch | StorageFeatures.EventLog
            | StorageFeatures.GlobalOrder | StorageFeatures.AtomicAppend | StorageFeatures.ChangeFeed,
        Latency = StorageLatency.Memory,
        MaximumDurability = StorageDurability.Process,
        DefaultDurability = StorageDurability.Process,
    };

    /// <inheritdoc />
    public IStore Store { get; }

    /// <inheritdoc />
    public IEventLog Events { get; }

    /// <inheritdoc />
    public IChangeFeed Changes { get; }

    /// <inheritdoc />
    public ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        state.ThrowIfClosed();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default)
    {
        if (@namespace is not null)
        {
            StorageArguments.CheckNamespace(@namespace);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return state.Partitions(@namespace).ToAsyncEnumerable();
    }

    /// <summary>Forgets everything.</summary>
    public ValueTask DisposeAsync()
    {
        state.Close();
        return ValueTask.CompletedTask;
    }
}
