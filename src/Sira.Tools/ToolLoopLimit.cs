namespace Sira.Tools;

/// <summary>A limit of the function-calling loop.</summary>
public enum ToolLoopLimit
{
    /// <summary><see cref="ToolLoopOptions.MaxRounds"/>.</summary>
    Rounds,

    /// <summary><see cref="ToolLoopOptions.MaxCalls"/>.</summary>
    Calls,

    /// <summary><see cref="ToolLoopOptions.MaxDuration"/>.</summary>
    Duration,

    /// <summary><see cref="ToolLoopOptions.MaxConsecutiveErrors"/>.</summary>
    ConsecutiveErrors,
}
