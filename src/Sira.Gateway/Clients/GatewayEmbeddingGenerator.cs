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
            calls.Services.InFlight.Exit(call.Lane);

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
        var known = RequestContext.Find(options);
        var lane = calls.Services.InFlight.Enter(CallFactory.IsNew(known));
        try
        {
            var snapshot = calls.Snapshots.Current;
            return snapshot.Trial is { } trial ? CreateInRollout(snapshot, trial, values, options, known, lane) : Create(snapshot, null, values, options, known, lane);
        }
        catch
        {
            calls.Services.InFlight.Exit(lane);
            throw;
        }
    }

    private GatewayCall CreateInRollout(GatewaySnapshot snapshot, TrialSnapshot trial, IReadOnlyList<string> values, EmbeddingGenerationOptions? options, RequestContext? known, int lane)
    {
        var share = trial.Deal(known);
        try
        {
            return Create(share.OnTrial ? trial.Snapshot : snapshot, share, values, options, known, lane);
        }
        catch (RequestFailedException)
        {
            share.Record(failed: true, TimeSpan.Zero);
            throw;
        }
    }

    private GatewayCall Create(GatewaySnapshot snapshot, RolloutShare? share, IReadOnlyList<string> values, EmbeddingGenerationOptions? options, RequestContext? known, int lane)
    {
        var services = calls.Services;
        var resolved = EmbeddingRouteResolver.Resolve(snapshot, route, options?.ModelId);
        var request = known ?? new RequestContext(services.Time.GetTimestamp(), resolved.RequestBudget);
        var tokens = 0L;
        for (var i = 0; i < values.Count; i++)
        {
            tokens += services.Estimator.Estimate(values[i] ?? throw new ArgumentException($"The input number {i + 1} is null.", nameof(values)), family: null);
        }

        var profile = RequestProfile.CreateBatch(tokens, options?.Dimensions);
        var plan = calls.Planner.Plan(snapshot, resolved, request, profile, options);
        return new GatewayCall(services, snapshot, plan, request, profile, streaming: false) { Lane = lane, Rollout = share };
    }
}
