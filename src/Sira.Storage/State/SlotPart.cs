namespace Sira.Storage.State;

/// <summary>The state of one part in a slot.</summary>
/// <param name="Name">The part.</param>
/// <param name="SchemaVersion">The version of the form in which it is written.</param>
/// <param name="SavedAt">The instant whose state it is.</param>
/// <param name="SiraVersion">The version of Sira that wrote it.</param>
/// <param name="Blocks">The SHA-256 of its blocks in hexadecimal, in their order: under these names they are kept.</param>
internal sealed record SlotPart(string Name, int SchemaVersion, DateTimeOffset SavedAt, string SiraVersion, string[] Blocks)
{
    /// <summary>Tells whether it is written as the other is, whenever that was.</summary>
    public bool IsSameAs(SlotPart other) => Name == other.Name && SchemaVersion == other.SchemaVersion && Blocks.AsSpan().SequenceEqual(other.Blocks);
}
