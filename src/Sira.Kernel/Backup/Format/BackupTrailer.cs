namespace Sira.Kernel.Backup.Format;

/// <summary>The last record of a backup.</summary>
/// <param name="Sections">How many sections came before.</param>
internal sealed record BackupTrailer(int Sections);
