using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Pipeline;
using Sira.Tools;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the function-calling loop in the pipeline.</summary>
public static class ToolsBuilderExtensions
{
    /// <summary>Runs the functions that the model calls and answers it with their results, until it has no more calls.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder UseTools(this ISiraBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddContract<AITool>().AddOptions<ToolLoopOptions>();
        builder.Services.TryAddSingleton<ToolLoopConfiguration>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationPart, ToolLoopConfiguration>(static services => services.GetRequiredService<ToolLoopConfiguration>()));
        return builder.Use(new ChatStage(FunctionCallingChatClient.StageName, Create));
    }

    /// <summary>Runs the functions that the model calls and answers it with their results, until it has no more calls.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets limits and tools. Mistakes are reported at start-up. Called again, it adds to what was set before.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder UseTools(this ISiraBuilder builder, Action<ToolLoopOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        UseTools(builder).Services.Configure(configure);
        return builder;
    }

    /// <summary>Adds a tool that every request has, besides those of <see cref="ToolLoopOptions.Tools"/>. Plugins add theirs so, and take them along when they go. It is run where <see cref="UseTools(ISiraBuilder)"/> is used.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="tool">The tool; of two with the same name, the first is taken.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddTool(this ISiraBuilder builder, AITool tool)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tool);
        builder.Services.AddSingleton(tool);
        return builder;
    }

    /// <summary>Adds a tool that is made with services of the container.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="factory">Makes the tool, once.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder AddTool(this ISiraBuilder builder, Func<IServiceProvider, AITool> factory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.AddSingleton(factory);
        return builder;
    }

    private static FunctionCallingChatClient Create(IChatClient inner, IServiceProvider? services) =>
        new(inner, services?.GetService<ToolLoopConfiguration>()?.Current, services);
}
