using Microsoft.Extensions.DependencyInjection;

namespace Sira.Kernel.Builder;

/// <summary>The one surface on which packages and plugins contribute to Sira: <c>AddX</c> registers a named thing, <c>UseX</c> puts a stage in the pipeline.</summary>
public interface ISiraBuilder
{
    /// <summary>Gets the service collection that is being configured. Everything Sira registers there uses <c>TryAdd</c>, so registering first replaces it.</summary>
    IServiceCollection Services { get; }
}
