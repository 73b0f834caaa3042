using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>A call of the model and who answers it.</summary>
/// <param name="Content">The call.</param>
/// <param name="Kind">Who answers it.</param>
/// <param name="Function">The function, when there is one that can run.</param>
internal sealed record ToolCall(FunctionCallContent Content, ToolKind Kind, AIFunction? Function)
{
    /// <summary>Gets whether the loop answers the call itself, be it with an error.</summary>
    public bool IsOurs => Kind != ToolKind.CallerRuns;

    /// <summary>Gets whether the tool would really run, so that approving it means something.</summary>
    public bool WouldRun => Function is not null && Content.Exception is null;
}
