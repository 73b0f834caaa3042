using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;

namespace Sira.Pipeline;

/// <summary>Registers stages.</summary>
public static class ChatStageBuilderExtensions
{
    /// <summary>Puts a stage inside those used before it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="stage">The stage; ignored when one of its name is there already.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder Use(this ISiraBuilder builder, ChatStage stage)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(stage);
        if (!builder.Services.Any(descriptor => descriptor.ImplementationInstance is ChatStage existing && existing.Name == stage.Name))
        {
            builder.Services.AddSingleton(stage);
        }

        return builder;
    }
}
