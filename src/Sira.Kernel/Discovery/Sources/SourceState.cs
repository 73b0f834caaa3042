namespace Sira.Kernel.Discovery.Sources;

/// <summary>How a source does.</summary>
public enum SourceState
{
    /// <summary>It has not given a list yet.</summary>
    Waiting,

    /// <summary>Its last list is in force.</summary>
    Current,

    /// <summary>It failed; its last list, if there was one, is still in force, and it is asked anew after a while.</summary>
    Failing,

    /// <summary>It has nothing more to tell; its last list stays.</summary>
    Ended,
}
