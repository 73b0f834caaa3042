using Sira.Decisions;

namespace Sira.Gateway.Decisions;

/// <summary>What a decision remembers of one candidate; its place in the array is the target's place in the route.</summary>
internal struct CandidateFact
{
    // Of no meaning while it is not ranked, so that a new fact is all zeros and an array of them need not be filled. First, since behind flags it made every fact half as large again.
    private double score;

    /// <summary>Whether it is not to be tried again in this call.</summary>
    public bool Exhausted;

    /// <summary>Whether its breaker was open at the last ranking. It may close again within the call, so this does not drop it.</summary>
    public bool IsBroken;

    /// <summary>Whether it cannot do what the next attempt is for, such as going on from a part of an answer.</summary>
    public bool Barred;

    /// <summary>How often it was asked again.</summary>
    public byte Retries;

    private bool isRanked;

    // A byte beside the flags: as a nullable enumeration it made every fact half as large again.
    private byte reasonPlusOne;

    private byte fullPlusOne;

    /// <summary>Why it had no room for the attempt that is being begun, if it had none.</summary>
    public DropReason? Full
    {
        readonly get => fullPlusOne == 0 ? null : (DropReason)(fullPlusOne - 1);
        set => fullPlusOne = value is { } reason ? (byte)(reason + 1) : (byte)0;
    }

    /// <summary>The score of the last ranking it took part in; NaN when it never did.</summary>
    public double Score
    {
        readonly get => isRanked ? score : double.NaN;
        set => (score, isRanked) = (value, true);
    }

    /// <summary>Why it is no candidate, if it is none.</summary>
    public DropReason? Dropped
    {
        readonly get => reasonPlusOne == 0 ? null : (DropReason)(reasonPlusOne - 1);
        set => reasonPlusOne = value is { } reason ? (byte)(reason + 1) : (byte)0;
    }

    public readonly bool IsOpen => reasonPlusOne == 0 && fullPlusOne == 0 && !Exhausted && !Barred;

    /// <summary>Whether it could be asked, but for the room that it lacks now.</summary>
    public readonly bool IsOpenButFull => fullPlusOne != 0 && reasonPlusOne == 0 && !Exhausted && !Barred;
}
