namespace Sira.Kernel.Backup.Format;

/// <summary>The first record of a backup.</summary>
/// <param name="Format">The version of the format.</param>
/// <param name="Id">The backup.</param>
/// <param name="SavedAt">The instant whose state it is.</param>
/// <param name="SiraVersion">The version of Sira that wrote it.</param>
/// <param name="Origins">The processes whose state it holds: the one that wrote it, and those whose backups that one had restored.</param>
internal sealed record BackupHeader(int Format, Guid Id, DateTimeOffset SavedAt, string SiraVersion, Guid[] Origins);
