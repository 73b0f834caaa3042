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
    public Task<GeneratedEmbeddings<Embedding<float>>>? Start(Attempt attempt)
    {
        var target = attempt.Target;
        var own = options?.Clone() ?? new EmbeddingGenerationOptions();
        own.ModelId = target.Model.Id;
        own.AdditionalProperties?.Remove(RequestContext.PropertyName);
        return target.Backend.GetEmbeddingGenerator(target.Model.Id)!.GenerateAsync(values, own, attempt.Token);
    }

    public UnaryOutcome Judge(GeneratedEmbeddings<Embedding<float>> result, RouteTarget target) => new(
        result.Count == values.Count ? null : FailureClassifier.Malformed(target, $"{result.Count} embeddings for {values.Count} inputs"),
        result.Usage);

    public void Finish(GeneratedEmbeddings<Embedding<float>> result, Attempt attempt, Activity? activity)
    {
        AttemptActivity.End(activity, attempt);
        (result.AdditionalProperties ??= [])[RouteDecision.PropertyName] = attempt.Call.Decision;
    }
}
