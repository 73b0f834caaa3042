namespace Sira.Kernel.Backup;

/// <summary>What a backup says of a section.</summary>
/// <param name="SchemaVersion">The version of the form in which it is written.</param>
/// <param name="SavedAt">The instant whose state it is.</param>
public sealed record StateSectionInfo(int SchemaVersion, DateTimeOffset SavedAt);
