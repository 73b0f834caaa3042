using Microsoft.Extensions.AI;

namespace Sira.Pipeline;

/// <summary>Puts stages around any <see cref="IChatClient"/>, with or without a container.</summary>
public sealed class SiraPipelineBuilder
{
    private readonly IChatClient inner;
    private readonly List<ChatStage> stages = [];

    /// <summary>Initializes a new instance.</summary>
    /// <param name="inner">The client that the innermost stage calls.</param>
    public SiraPipelineBuilder(IChatClient inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        this.inner = inner;
    }

    /// <summary>Adds a stage inside those added before.</summary>
    /// <param name="stage">The stage; ignored when one of its name is there already.</param>
    /// <returns>This builder.</returns>
    public SiraPipelineBuilder Use(ChatStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (!stages.Exists(existing => existing.Name == stage.Name))
        {
            stages.Add(stage);
        }

        return this;
    }

    /// <summary>Builds the pipeline.</summary>
    /// <param name="services">What stages may resolve from, or <see langword="null"/>.</param>
    /// <returns>The outermost stage. Disposing it disposes every stage and the inner client.</returns>
    /// <exception cref="InvalidOperationException">A stage returned <see langword="null"/>.</exception>
    public IChatClient Build(IServiceProvider? services = null)
    {
        var client = inner;
        for (var i = stages.Count - 1; i >= 0; i--)
        {
            client = stages[i].Create(client, services)
                ?? throw new InvalidOperationException($"The stage '{stages[i].Name}' (number {i + 1} of {stages.Count}) returned null instead of a chat client.");
        }

        return client;
    }
}
