namespace Sira.Simulation.Replies;

/// <summary>What a step of a body does.</summary>
internal enum ReplyStepKind
{
    /// <summary>Sends bytes.</summary>
    Send,

    /// <summary>Waits for ever.</summary>
    Stall,

    /// <summary>Closes the connection.</summary>
    Cut,

    /// <summary>Resets the connection.</summary>
    Reset,
}
