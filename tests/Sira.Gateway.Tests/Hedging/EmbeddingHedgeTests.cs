using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Hedging;

/// <summary>Embeddings are hedged as chat is.</summary>
public class EmbeddingHedgeTests
{
    [Fact]
    public async Task LoserThatAnswersAfterAll_IsBilledForTheUsageThatItReports()
    {
        var (a, b) = (Backend("a"), Backend("b"));
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/chat")).AddEmbeddingRoute("docs", route => route.To("a/e", "b/e").Balancer("ordered").Configure(options =>
            {
                options.Hedging.Enabled = true;
                options.Hedging.Delay = TimeSpan.FromMilliseconds(500);
            })),
            a,
            b);
        a.Embeddings = new DeafGenerator(gateway.Clock, milliseconds: 650);
        b.Embeddings = new DeafGenerator(gateway.Clock, milliseconds: 100);

        var embeddings = await gateway.Clock.RunAsync(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["text"]));

        var decision = (RouteDecision)embeddings.AdditionalProperties![RouteDecision.PropertyName]!;
        Assert.Equal([("a/e", BackendErrorKind.Cancelled, 0.003m, false), ("b/e", null, 0.003m, false)], decision.Attempts.Select(static attempt => (attempt.Target, attempt.Error, attempt.Cost!.Value, attempt.IsEstimated)));
        gateway.AssertIdle();
    }

    private static TestBackend Backend(string name) => new TestBackend(name)
        .With(new ModelDescriptor("e") { IsEmbedding = true, Pricing = new ModelPricing { Input = 1 } });

    /// <summary>Answers at its own time, whatever the caller wishes.</summary>
    private sealed class DeafGenerator(TimeProvider time, int milliseconds) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, CancellationToken.None);
            return new GeneratedEmbeddings<Embedding<float>>(values.Select(static _ => new Embedding<float>(new float[8]))) { Usage = new UsageDetails { InputTokenCount = 3000 } };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
