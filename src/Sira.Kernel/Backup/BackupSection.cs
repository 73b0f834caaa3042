namespace Sira.Kernel.Backup;

/// <summary>One section of a backup.</summary>
/// <param name="Name">The part whose state it is.</param>
/// <param name="SchemaVersion">The version of its form.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal.</param>
public sealed record BackupSection(string Name, int SchemaVersion, long Bytes, string Sha256)
{
    /// <summary>Gets what the part told of the restore.</summary>
    /// <value>Default: nothing.</value>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
