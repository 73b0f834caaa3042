namespace Sira.Tools;

/// <summary>What happens when <see cref="ToolLoopOptions.MaxRounds"/> or <see cref="ToolLoopOptions.MaxCalls"/> is reached.</summary>
public enum ToolLimitBehavior
{
    /// <summary>
    /// The model is asked once more with <see cref="Microsoft.Extensions.AI.ChatToolMode.None"/>, so that it answers with what it has.
    /// The response then names the limit under <see cref="ToolLoopOptions.LimitPropertyName"/>. A model that calls a tool all the same makes the request fail.
    /// </summary>
    AnswerWithoutTools,

    /// <summary>The request fails with a <see cref="ToolLoopException"/>, before any call beyond the limit is run.</summary>
    Throw,
}
