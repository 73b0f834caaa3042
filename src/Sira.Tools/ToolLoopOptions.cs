using Microsoft.Extensions.AI;

namespace Sira.Tools;

/// <summary>How the function-calling loop behaves. Read when the stage is built; later changes have no effect.</summary>
public sealed class ToolLoopOptions
{
    /// <summary>The key in <see cref="ChatResponse.AdditionalProperties"/> under which a response names the <see cref="ToolLoopLimit"/> that made the loop end early.</summary>
    public const string LimitPropertyName = "sira.tools.limit";

    /// <summary>Gets the tools that every request has besides those in <see cref="ChatOptions.Tools"/>. A tool of the request hides one of the same name here.</summary>
    /// <value>Empty.</value>
    public IList<AITool> Tools { get; } = [];

    /// <summary>Gets or sets whether <see cref="Tools"/> are sent to the model. Switch it off when the provider knows them already.</summary>
    /// <value><see langword="true"/>.</value>
    public bool OfferTools { get; set; } = true;

    /// <summary>Gets or sets how many times in one request the model may be answered with tool results.</summary>
    /// <value>16. At least 1.</value>
    public int MaxRounds { get; set; } = 16;

    /// <summary>Gets or sets how many calls may be run in one request.</summary>
    /// <value>128. At least 1.</value>
    public int MaxCalls { get; set; } = 128;

    /// <summary>Gets or sets what happens when <see cref="MaxRounds"/> or <see cref="MaxCalls"/> is reached.</summary>
    /// <value><see cref="ToolLimitBehavior.AnswerWithoutTools"/>.</value>
    public ToolLimitBehavior LimitBehavior { get; set; }

    /// <summary>Gets or sets how long the loop may take, model calls included. When it passes, what runs is cancelled and the request fails with a <see cref="ToolLoopException"/>.</summary>
    /// <value>10 minutes. <see langword="null"/> for no limit besides the request's own budget.</value>
    public TimeSpan? MaxDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how long one call may take. When it passes, the tool is cancelled and the model is told.</summary>
    /// <value>2 minutes. <see langword="null"/> for no limit.</value>
    public TimeSpan? CallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how long a cancelled tool may take to end. One that ignores its cancellation is abandoned after that, so that it cannot hang the caller.</summary>
    /// <value>1 second. Zero abandons at once.</value>
    public TimeSpan CancellationGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how many calls of one round run at the same time. 1 runs them one after another, in the model's order.</summary>
    /// <value>8. At least 1.</value>
    public int MaxConcurrency { get; set; } = 8;

    /// <summary>Gets or sets how many rounds in a row may fail, that is, in which calls failed and none succeeded. One more makes the request fail.</summary>
    /// <value>3. Zero fails at the first such round.</value>
    public int MaxConsecutiveErrors { get; set; } = 3;

    /// <summary>Gets or sets whether the model is told the message of a tool's exception. It may then repeat it to the user, so leave this off where exceptions hold secrets.</summary>
    /// <value><see langword="false"/>.</value>
    public bool IncludeDetailedErrors { get; set; }

    /// <summary>Gets or sets what happens when the model calls a tool that does not exist.</summary>
    /// <value><see cref="UnknownToolBehavior.AnswerModel"/>.</value>
    public UnknownToolBehavior UnknownTools { get; set; }

    /// <summary>Gets or sets the clock of all limits.</summary>
    /// <value><see langword="null"/>: the one of the container, else the system's.</value>
    public TimeProvider? TimeProvider { get; set; }
}
