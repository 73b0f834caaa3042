using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;

namespace Sira.Storage.RocksDb;

/// <summary>Where and how the RocksDB engine keeps things.</summary>
public sealed record RocksDbEngineOptions
{
    private const long MinimumBytes = 1024 * 1024;

    /// <summary>Gets the name of the engine.</summary>
    /// <value>Default <c>rocksdb</c>.</value>
    public string Name { get; init; } = "rocksdb";

    /// <summary>Gets the folder of the database. One process at a time may write to it.</summary>
    /// <value>No default.</value>
    public string Path { get; init; } = string.Empty;

    /// <summary>Gets whether a database that is not there is made.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>Gets whether the database is only read, such as a backup, or one that another process writes to: what that writes later is not seen.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool IsReadOnly { get; init; }

    /// <summary>Gets what a write survives that does not say.</summary>
    /// <value>Default <see cref="StorageDurability.ProcessCrash"/>.</value>
    public StorageDurability Durability { get; init; } = StorageDurability.ProcessCrash;

    /// <summary>Gets how many bytes of blocks, indexes and filters are kept in memory.</summary>
    /// <value>Default 64 MiB.</value>
    public long BlockCacheBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Gets how many bytes of writes are kept in memory before they go to tables.</summary>
    /// <value>Default 64 MiB.</value>
    public long WriteBufferBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Gets how tables are compressed.</summary>
    /// <value>Default <see cref="RocksDbCompression.Lz4"/>.</value>
    public RocksDbCompression Compression { get; init; } = RocksDbCompression.Lz4;

    /// <summary>Gets how many writes wait for the writer at most; what would be more is refused as <see cref="Errors.StorageErrorKind.Busy"/>.</summary>
    /// <value>Default 100,000.</value>
    public int MaximumWaitingWrites { get; init; } = 100_000;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (string.IsNullOrWhiteSpace(Name))
        {
            errors.Add($"{path}:{nameof(Name)}", "the engine has no name.", "Set one, such as rocksdb.");
        }

        if (string.IsNullOrWhiteSpace(Path) || Path.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add($"{path}:{nameof(Path)}", $"'{Path}' is no folder.", "Set the folder of the database, such as data/rocksdb.");
        }

        if (!Enum.IsDefined(Durability))
        {
            errors.Add($"{path}:{nameof(Durability)}", $"{Durability} is no durability.", $"Use {StorageDurability.ProcessCrash} or {StorageDurability.PowerLoss}.");
        }

        if (!Enum.IsDefined(Compression))
        {
            errors.Add($"{path}:{nameof(Compression)}", $"{Compression} is no compression.", $"Use {string.Join(", ", Enum.GetNames<RocksDbCompression>())}.");
        }

        CheckAtLeast(BlockCacheBytes, MinimumBytes, $"{path}:{nameof(BlockCacheBytes)}", errors);
        CheckAtLeast(WriteBufferBytes, MinimumBytes, $"{path}:{nameof(WriteBufferBytes)}", errors);
        CheckAtLeast(MaximumWaitingWrites, 1, $"{path}:{nameof(MaximumWaitingWrites)}", errors);
    }

    private static void CheckAtLeast(long value, long minimum, string path, ConfigurationErrors errors)
    {
        if (value < minimum)
        {
            errors.Add(path, string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), string.Create(CultureInfo.InvariantCulture, $"Use {minimum} or more."));
        }
    }
}
