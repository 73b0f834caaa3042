namespace Sira.Simulation.Wires;

/// <summary>What a piece of a response is, which is how faults find their place.</summary>
internal enum FrameKind
{
    /// <summary>A lifecycle event: nothing of the answer is in it.</summary>
    Lifecycle,

    /// <summary>A content event with one token of text, thought or tool call.</summary>
    Token,

    /// <summary>The event that marks the end of the protocol, such as <c>[DONE]</c>.</summary>
    Terminator,

    /// <summary>A complete body that is not a stream.</summary>
    Body,
}
