namespace Sira.Kernel.Backup.Format;

/// <summary>The last record of a section.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal.</param>
internal sealed record SectionTrailer(long Bytes, string Sha256);
