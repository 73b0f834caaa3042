using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>The answer to a call.</summary>
/// <param name="Result">What the model is told.</param>
/// <param name="Status">How the call ended.</param>
internal readonly record struct CallOutcome(FunctionResultContent Result, CallStatus Status)
{
    /// <summary>A call that failed.</summary>
    public static CallOutcome Failed(string callId, string text, Exception error) =>
        new(new FunctionResultContent(callId, text) { Exception = error }, CallStatus.Failed);

    /// <summary>A call that was not run.</summary>
    public static CallOutcome NotRun(string callId, string text) => new(new FunctionResultContent(callId, text), CallStatus.NotRun);
}
