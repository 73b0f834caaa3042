namespace Sira.Kernel.Backup;

/// <summary>A state that a part has read and checked, to be put in place by <see cref="StateParticipants.CommitAsync"/>.</summary>
public sealed class PreparedState
{
    internal PreparedState(IStateParticipant participant, IStateRestore restore) => (Participant, Restore) = (participant, restore);

    /// <summary>Gets the name of the part.</summary>
    public string Name => Participant.Name;

    /// <summary>Gets what the part tells of it, such as what it could not take over. Read after it was put in place.</summary>
    public IReadOnlyList<string> Notes => Restore.Notes;

    internal IStateParticipant Participant { get; }

    internal IStateRestore Restore { get; }
}
