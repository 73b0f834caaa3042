using Sira.Pipeline;

namespace Sira.Tools;

/// <summary>Puts the function-calling loop around any client, without a container.</summary>
public static class ToolsPipelineExtensions
{
    /// <summary>Runs the functions that the model calls and answers it with their results, until it has no more calls.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static SiraPipelineBuilder UseTools(this SiraPipelineBuilder builder) => UseTools(builder, static _ => { });

    /// <summary>Runs the functions that the model calls and answers it with their results, until it has no more calls.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets limits and tools.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="Sira.Kernel.Configuration.SiraConfigurationException">A value is out of range.</exception>
    public static SiraPipelineBuilder UseTools(this SiraPipelineBuilder builder, Action<ToolLoopOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ToolLoopOptions();
        configure(options);
        ToolLoopOptionsValidator.Check(options).ThrowIfAny();
        return builder.Use(new ChatStage(FunctionCallingChatClient.StageName, (inner, services) => new FunctionCallingChatClient(inner, options, services)));
    }
}
