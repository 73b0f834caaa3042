namespace Sira.Kernel.Backup.Format;

/// <summary>The first record of a section.</summary>
/// <param name="Name">The part whose state it is.</param>
/// <param name="SchemaVersion">The version of its form.</param>
internal sealed record SectionHeader(string Name, int SchemaVersion);
