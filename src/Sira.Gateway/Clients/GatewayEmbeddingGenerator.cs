using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Requests;

namespace Sira.Gateway.Clients;

/// <summary>The gateway as an embedding generator: the same attempts, breakers and budgets as for chat.</summary>
internal sealed class GatewayEmbeddingGenerator(CallFactory calls, string? route) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata metadata = new("sira");

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        cancellationToken.ThrowIfCancellationRequested();
        var list = values as IReadOnlyList<string> ?? [.. values];
        var call = Create(list, options);
        if (list.Count == 0)
        {
            // Providers refuse an empty batch, and there is nothing to ask them.
            return new GeneratedEmbeddings<Embedding<float>> { AdditionalProperties = new AdditionalPropertiesDictionary { [RouteDecision.PropertyName] = call.Decision } };
        }

        return await UnaryAttempts.RunAsync<EmbeddingOperation, GeneratedEmbeddings<Embedding<float>>>(call, new EmbeddingOperation(list, options), calls.Services, cancellationToken).ConfigureAwait(false);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // Backends own their generators; the container owns the backends.
    }

    private GatewayCall Create(IReadOnlyList<string> values, EmbeddingGenerationOptions? options)
    {
        var snapshot = calls.Snapshots.Current;
        if (snapshot.Trial is not { } trial)
        {
            return Create(snapshot, null, values, options);
        }

        var share = trial.Deal(RequestContext.Find(options));
        try
        {
            return Create(share.OnTrial ? trial.Snapshot : snapshot, share, values, options);
        }
        catch (RequestFailedException)
        {
            share.Record(failed: true, TimeSpan.Zero);
            throw;
        }
    }

    private GatewayCall Create(GatewaySnapshot snapshot, RolloutShare? share, IReadOnlyList<string> values, EmbeddingGenerationOptions? options)
    {
        var services = calls.Services;
        var resolved = EmbeddingRouteResolver.Resolve(snapshot, route, options?.ModelId);
        var request = RequestContext.Find(options) ?? new RequestContext(services.Time.GetTimestamp(), resolved.RequestBudget);
        var tokens = 0L;
        for (var i = 0; i < values.Count; i++)
        {
            tokens += services.Estimator.Estimate(values[i] ?? throw new ArgumentException($"The input number {i + 1} is null.", nameof(values)), family: null);
        }

        var profile = RequestProfile.CreateBatch(tokens, options?.Dimensions);
        var plan = calls.Planner.Plan(snapshot, resolved, request, profile, options);
        return new GatewayCall(services, snapshot, plan, request, profile, streaming: false) { Rollout = share };
    }
}
