using System.Diagnostics;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
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
        own.AdditionalProperties?.Remove(RoutingOptions.PropertyName);
        return target.Backend.GetEmbeddingGenerator(target.Model.Id)!.GenerateAsync(values, own, attempt.Token);
    }

    public UnaryOutcome Judge(GeneratedEmbeddings<Embedding<float>> result, RouteTarget target) => new(
        result.Count != values.Count ? FailureClassifier.Malformed(target, $"{result.Count} embeddings for {values.Count} inputs") : FindOtherLength(result, target),
        result.Usage);

    public void Finish(GeneratedEmbeddings<Embedding<float>> result, Attempt attempt, Activity? activity)
    {
        AttemptActivity.End(activity, attempt);
        (result.AdditionalProperties ??= [])[RouteDecision.PropertyName] = attempt.Call.Decision;
    }

    // Vectors of another length than was asked for would spoil the caller's index. It is what was asked for that does not suit the target, so its health has no part in it.
    private BackendException? FindOtherLength(GeneratedEmbeddings<Embedding<float>> result, RouteTarget target)
    {
        if (options?.Dimensions is not { } dimensions)
        {
            return null;
        }

        for (var i = 0; i < result.Count; i++)
        {
            if (result[i].Vector.Length != dimensions)
            {
                return new BackendException(BackendErrorKind.BadRequest, $"{target.Name} returned vectors of {result[i].Vector.Length} dimensions where {dimensions} were asked for. Leave Dimensions out, or name a model that can shorten its vectors.")
                {
                    Backend = target.Backend.Name,
                    ModelId = target.Model.Id,
                };
            }
        }

        return null;
    }
}
