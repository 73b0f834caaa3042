namespace Sira.Storage.Capabilities;

/// <summary>What an engine can do, and within which limits.</summary>
public sealed record StorageCapabilities
{
    /// <summary>Gets what it can do.</summary>
    public required StorageFeatures Features { get; init; }

    /// <summary>Gets the most that a write can survive.</summary>
    public required StorageDurability MaximumDurability { get; init; }

    /// <summary>Gets what a write survives that does not say.</summary>
    public required StorageDurability DefaultDurability { get; init; }

    /// <summary>Gets how far away things are kept.</summary>
    /// <value>Default <see cref="StorageLatency.Local"/>.</value>
    public StorageLatency Latency { get; init; } = StorageLatency.Local;

    /// <summary>Gets how long a name may be, in bytes of UTF-8.</summary>
    /// <value>Default 1024.</value>
    public int MaximumNameLength { get; init; } = 1024;

    /// <summary>Gets how large a value or an event may be, in bytes.</summary>
    /// <value>Default 16 MiB.</value>
    public int MaximumValueLength { get; init; } = 16 * 1024 * 1024;

    /// <summary>Gets how many writes a batch may have.</summary>
    /// <value>Default 10,000.</value>
    public int MaximumBatchLength { get; init; } = 10_000;

    /// <summary>Tells whether it can do something.</summary>
    /// <param name="features">What.</param>
    /// <returns>Whether it can do all of it.</returns>
    public bool Has(StorageFeatures features) => (Features & features) == features;
}
