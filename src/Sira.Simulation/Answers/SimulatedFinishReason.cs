namespace Sira.Simulation.Answers;

/// <summary>Why a simulated answer ends. Each wire spells it in its own way.</summary>
public enum SimulatedFinishReason
{
    /// <summary>Tool calls when the answer has any, otherwise a natural end; <see cref="Length"/> when the request's limit cuts it.</summary>
    Automatic,

    /// <summary>A natural end.</summary>
    Stop,

    /// <summary>The limit on output tokens.</summary>
    Length,

    /// <summary>Tool calls.</summary>
    ToolCalls,

    /// <summary>The provider's content filter, or a refusal where the wire calls it that.</summary>
    ContentFilter,
}
