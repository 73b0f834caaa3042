using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;

namespace Sira.Storage.Engines.Sqlite;

/// <summary>Where and how the SQLite engine keeps things.</summary>
public sealed record SqliteEngineOptions
{
    /// <summary>Gets the name of the engine.</summary>
    /// <value>Default <c>sqlite</c>.</value>
    public string Name { get; init; } = "sqlite";

    /// <summary>Gets the file. Its folder must be there; SQLite keeps two more files beside it, and the engine a lock.</summary>
    /// <value>Default <c>sira.db</c> in the current folder.</value>
    public string Path { get; init; } = "sira.db";

    /// <summary>Gets what a write survives that does not say.</summary>
    /// <value>Default <see cref="StorageDurability.ProcessCrash"/>; <see cref="StorageDurability.PowerLoss"/> waits for the disk at every commit.</value>
    public StorageDurability Durability { get; init; } = StorageDurability.ProcessCrash;

    /// <summary>Gets how many connections read at once.</summary>
    /// <value>Default 16.</value>
    public int MaximumReaders { get; init; } = 16;

    /// <summary>Gets how many writes wait at most; whatever would be more is refused as <see cref="Errors.StorageErrorKind.Busy"/>.</summary>
    /// <value>Default 10,000.</value>
    public int MaximumQueue { get; init; } = 10_000;

    /// <summary>Gets how large the file may become, in bytes; whatever would be more is refused as <see cref="Errors.StorageErrorKind.Full"/>.</summary>
    /// <value>Default <see langword="null"/>: until the disk is full.</value>
    public long? MaximumBytes { get; init; }

    /// <summary>Gets whether the whole file is checked when it is opened, which reads all of it.</summary>
    /// <value>Default <see langword="false"/>: damage is found where it is read.</value>
    public bool CheckAtOpen { get; init; }

    /// <summary>Gets whether what is deleted or overwritten is overwritten with zeros in the file, by SQLite's <c>secure_delete</c>. Without it the bytes stay in free pages until something else is put there.</summary>
    /// <remarks>Not in the write-ahead log, until its pages are written anew, nor in backups; and where SQLite has moved a row to another page, a copy may stay behind. What must be gone for certain has to be encrypted, and its key erased.</remarks>
    /// <value>Default <see langword="true"/>: it costs nothing that can be measured for values that fit into a page of 4 kB, and something where larger ones are overwritten.</value>
    public bool SecureDelete { get; init; } = true;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (string.IsNullOrWhiteSpace(Name))
        {
            errors.Add($"{path}:{nameof(Name)}", "the engine has no name.", "Set one, such as sqlite.");
        }

        if (string.IsNullOrWhiteSpace(Path))
        {
            errors.Add($"{path}:{nameof(Path)}", "there is no path.", "Name a file, such as sira.db. To keep nothing on disk use the memory engine.");
        }

        if (!Enum.IsDefined(Durability))
        {
            errors.Add($"{path}:{nameof(Durability)}", $"'{Durability}' is unknown.", $"Use one of {string.Join(", ", Enum.GetNames<StorageDurability>())}.");
        }

        if (MaximumReaders is < 1 or > 1024)
        {
            errors.Add($"{path}:{nameof(MaximumReaders)}", $"{MaximumReaders} is out of range.", "Use 1 to 1024.");
        }

        if (MaximumQueue < 1)
        {
            errors.Add($"{path}:{nameof(MaximumQueue)}", $"{MaximumQueue} is out of range.", "Use 1 or more.");
        }

        if (MaximumBytes is < 1 << 20)
        {
            errors.Add($"{path}:{nameof(MaximumBytes)}", $"{MaximumBytes} is out of range.", "Use 1048576 bytes (1 MiB) or more, or leave it out.");
        }
    }
}
