namespace Sira.Session.Turns;

/// <summary>How a turn has ended.</summary>
public enum TurnOutcome
{
    /// <summary>It was answered.</summary>
    Completed,

    /// <summary>Something went wrong.</summary>
    Failed,

    /// <summary>Somebody gave up.</summary>
    Cancelled,
}
