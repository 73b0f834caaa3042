namespace Sira.Tools;

/// <summary>What happens when the model calls a tool that does not exist.</summary>
public enum UnknownToolBehavior
{
    /// <summary>The model is told so, with the names of the tools that exist, and may try again.</summary>
    AnswerModel,

    /// <summary>The call is left untouched in the response and the loop ends, so that the caller or an outer loop can run it. The other calls of the round are still run.</summary>
    LeaveToCaller,
}
