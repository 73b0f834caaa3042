using System.Diagnostics;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Attempts;
using Sira.Gateway.Routing;
using Sira.Gateway.Telemetry;
using Sira.Requests;

namespace Sira.Gateway.Clients;

/// <summary>An embedding call.</summary>
internal readonly struct EmbeddingOperation(IReadOnlyList<string> values, EmbeddingGenerationOptions? options) : IUnaryOperation<GeneratedEmbeddings<Embedding<float>>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>>? Start(GatewayCall call, RouteTarget target, CancellationToken cancellationToken)
    {
        var own = options?.Clone() ?? new EmbeddingGenerationOptions();
        own.ModelId = target.Model.Id;
        own.AdditionalProperties?.Remove(RequestContext.PropertyName);
        return target.Backend.GetEmbeddingGenerator(target.Model.Id)!.GenerateAsync(values, own, cancellationToken);
    }

    public UnaryOutcome Judge(GeneratedEmbeddings<Embedding<float>> result, RouteTarget target) => new(
        result.Count == values.Count ? null : FailureClassifier.Malformed(target, $"{result.Count} embeddings for {values.Count} inputs"),
        result.Usage);

    public void Finish(GeneratedEmbeddings<Embedding<float>> result, GatewayCall call, RouteTarget target, Activity? activity)
    {
        AttemptActivity.End(activity, call);
        (result.AdditionalProperties ??= [])[RouteDecision.PropertyName] = call.Decision;
    }
}
