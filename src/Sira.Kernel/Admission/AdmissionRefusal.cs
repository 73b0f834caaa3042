namespace Sira.Kernel.Admission;

/// <summary>Why a queue did not grant a reservation.</summary>
public enum AdmissionRefusal
{
    /// <summary>It was granted.</summary>
    None,

    /// <summary>The queue was full and nobody of lower priority waited in it, or a later entry of higher priority took the place.</summary>
    Full,

    /// <summary>There was no room within the time that the entry may wait.</summary>
    TimedOut,

    /// <summary>More was asked of a pool than its whole limit. Waiting does not help, so nobody waits for it.</summary>
    Impossible,
}
