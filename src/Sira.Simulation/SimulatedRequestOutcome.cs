namespace Sira.Simulation;

/// <summary>What became of a request.</summary>
public enum SimulatedRequestOutcome
{
    /// <summary>It is still being answered.</summary>
    InProgress,

    /// <summary>The caller has got the whole response, an error response included.</summary>
    Completed,

    /// <summary>The caller cancelled, or let go of the response before its end.</summary>
    Cancelled,

    /// <summary>A fault ended it: no connection, a cut or a reset.</summary>
    Failed,
}
