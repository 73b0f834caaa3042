namespace Sira.Storage.State;

/// <summary>What a slot holds: the state of a process, and of those whose state that one had taken over. It is replaced as a whole, on condition, so that a slot is of one instant and of one owner.</summary>
/// <param name="Format">The version of this form.</param>
/// <param name="Owner">The process that has claimed the slot last. Any other that still writes to it finds its tag changed.</param>
/// <param name="Origins">The processes whose state it is, the one that wrote it first.</param>
/// <param name="Parts">The parts; one that the writer did not know may be there several times, of several slots.</param>
internal sealed record SlotManifest(int Format, Guid Owner, Guid[] Origins, SlotPart[] Parts)
{
    public const int CurrentFormat = 1;

    /// <summary>The instant of what was written last.</summary>
    public DateTimeOffset SavedAt => Parts.Length == 0 ? DateTimeOffset.MinValue : Parts.Max(static part => part.SavedAt);
}
