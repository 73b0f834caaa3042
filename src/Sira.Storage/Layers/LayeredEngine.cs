using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Storage.Layers;

/// <summary>Keeps copies of the values of an engine in the memory of this process: reads are answered from them, writes go through.</summary>
/// <remarks>
/// <para>A caller of this engine never reads a value older than what a caller of it has read or written before, and conditions are decided below. Writes that are made past it, by another process or on the engine below, are seen when the engine below has told of them; where it is shared and tells of nothing, within <see cref="LayerOptions.MaximumAgeWithoutFeed"/>; where it is neither, they must not be made.</para>
/// <para>Events and scans are passed through. One read of a key is under way below at a time, and callers share it.</para>
/// </remarks>
public sealed class LayeredEngine : IStorageEngine
{
    private readonly IStorageEngine lower;
    private readonly bool leaveOpen;
    private readonly LayeredCache cache;
    private readonly LayeredStore store;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="lower">The engine below.</param>
    /// <param name="options">How much is kept, and for how long; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's. A value with a time to live goes when this clock or the engine's says so, whichever is first.</param>
    /// <param name="loggerFactory">Where it is logged what goes wrong below; <see langword="null"/> for nowhere.</param>
    /// <param name="leaveOpen">Whether the engine below stays open when this one is closed.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public LayeredEngine(IStorageEngine lower, LayerOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggerFactory = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(lower);
        options ??= new LayerOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(LayerOptions), errors);
        errors.ThrowIfAny();
        (this.lower, this.leaveOpen) = (lower, leaveOpen);
        cache = new LayeredCache(lower, options, time ?? TimeProvider.System, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<LayeredEngine>());
        store = new LayeredStore(lower, cache);
        Changes = lower.Changes is { } changes ? new LayeredChangeFeed(changes, cache) : null;
    }

    /// <inheritdoc />
    public string Name => lower.Name;

    /// <inheritdoc />
    public StorageCapabilities Capabilities => lower.Capabilities;

    /// <inheritdoc />
    public IStore Store => store;

    /// <inheritdoc />
    public IEventLog? Events => lower.Events;

    /// <inheritdoc />
    public IChangeFeed? Changes { get; }

    /// <summary>Gets how many bytes of keys and values are kept now.</summary>
    public long CachedBytes => cache.Bytes;

    /// <inheritdoc />
    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => lower.OpenAsync(cancellationToken);

    /// <summary>Reads a value as <see cref="IStore.GetAsync"/> does, and tells where it came from, so that a caller knows when it is stale.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The value, its source and its age.</returns>
    /// <exception cref="Errors.StorageException">Something went wrong with the engine below, and there is no copy that may be used instead.</exception>
    public ValueTask<LayeredRead> ReadAsync(StoreKey key, CancellationToken cancellationToken = default) => store.ReadAsync(key, cancellationToken);

    /// <summary>Forgets the copies of a tenant's values, such as after its keys were destroyed. Other processes keep theirs until they hear of a change or their time is over.</summary>
    /// <param name="tenant">The tenant; <see langword="null"/> for nobody's in particular.</param>
    public void Forget(string? tenant) => cache.Forget(tenant);

    /// <inheritdoc />
    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => lower.ListPartitionsAsync(@namespace, cancellationToken);

    /// <summary>Forgets the copies, and closes the engine below unless it is left open.</summary>
    public async ValueTask DisposeAsync()
    {
        await cache.DisposeAsync().ConfigureAwait(false);
        if (!leaveOpen)
        {
            await lower.DisposeAsync().ConfigureAwait(false);
        }
    }
}
