using Microsoft.Extensions.AI;

namespace Sira.Pipeline;

/// <summary>A stage of the pipeline, as <c>UseX</c> registers it; the first registered is the outermost.</summary>
/// <param name="Name">The name, such as <c>tools</c>. A second stage of the same name replaces nothing and is ignored, so that <c>UseX</c> is idempotent.</param>
/// <param name="Create">Wraps the next stage; the service provider is <see langword="null"/> when the pipeline is built without a container.</param>
public sealed record ChatStage(string Name, Func<IChatClient, IServiceProvider?, IChatClient> Create);
