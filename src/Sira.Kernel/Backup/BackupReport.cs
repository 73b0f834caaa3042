namespace Sira.Kernel.Backup;

/// <summary>What a backup holds, and what became of it.</summary>
/// <param name="Id">The backup.</param>
/// <param name="SavedAt">The instant whose state it is.</param>
/// <param name="SiraVersion">The version of Sira that wrote it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of all that its last record covers, in hexadecimal.</param>
/// <param name="Sections">Its sections.</param>
public sealed record BackupReport(Guid Id, DateTimeOffset SavedAt, string SiraVersion, long Bytes, string Sha256, IReadOnlyList<BackupSection> Sections)
{
    /// <summary>Gets the sections that no part of this process knows.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Gets the parts of this process that the backup has nothing of; they keep the state that they have.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}
