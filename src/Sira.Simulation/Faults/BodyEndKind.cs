namespace Sira.Simulation.Faults;

/// <summary>The ways in which a body ends before its time.</summary>
internal enum BodyEndKind
{
    /// <summary>The connection is closed.</summary>
    Cut,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Nothing more comes, and the connection stays.</summary>
    Stall,

    /// <summary>An error event comes, and then the regular end of the body.</summary>
    ErrorEvent,
}
