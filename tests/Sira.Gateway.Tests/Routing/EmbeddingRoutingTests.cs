using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Routing;

public class EmbeddingRoutingTests
{
    private static TestBackend Backend(string name, int? dimensions = null, bool shortens = true, string region = "us")
    {
        var backend = new TestBackend(name) { Tags = new Dictionary<string, string> { ["region"] = region } }
            .With(new ModelDescriptor("e") { IsEmbedding = true, EmbeddingDimensions = dimensions, Pricing = new ModelPricing { Input = 1 } });
        backend.Embeddings = new Generator(shortens);
        return backend;
    }

    private static TestGateway Gateway(params TestBackend[] backends) =>
        new(sira => sira.AddRoute("default", route => route.To("a/chat")).AddEmbeddingRoute("docs", route => route.To([.. backends.Select(static backend => backend.Name + "/e")]).Balancer("ordered")), backends);

    private static async Task<RouteDecision> EmbedAsync(TestGateway gateway, EmbeddingGenerationOptions options) =>
        (RouteDecision)(await gateway.Clock.RunAsync(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["text"], options))).AdditionalProperties![RouteDecision.PropertyName]!;

    [Fact]
    public async Task TargetWithShorterVectorsThanAskedFor_IsNoCandidate()
    {
        await using var gateway = Gateway(Backend("a", 8), Backend("b"));

        var decision = await EmbedAsync(gateway, new EmbeddingGenerationOptions { Dimensions = 16 });

        Assert.Equal("b/e", decision.Target);
        Assert.Equal((DropReason.OutputLimit, "Dimensions 16 is more than the 8 of its vectors"), decision.Candidates.Where(static candidate => candidate.Target == "a/e").Select(static candidate => (candidate.Dropped!.Value, candidate.Reason)).Single());
        Assert.Equal("a/e", (await EmbedAsync(gateway, new EmbeddingGenerationOptions { Dimensions = 4 })).Target);
    }

    [Fact]
    public async Task VectorsOfAnotherLength_AreAnError_WhichIsNotTheTargetsFault()
    {
        await using var gateway = Gateway(Backend("a", 8, shortens: false));
        for (var i = 0; i < 20; i++)
        {
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => EmbedAsync(gateway, new EmbeddingGenerationOptions { Dimensions = 4 }));
            Assert.Contains("a/e returned vectors of 8 dimensions where 4 were asked for.", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal("a/e", (await EmbedAsync(gateway, new EmbeddingGenerationOptions())).Target);
    }

    [Fact]
    public async Task RequestsRouting_HoldsForEmbeddings_AndIsNotSentOn()
    {
        var b = Backend("b", region: "eu");
        await using var gateway = Gateway(Backend("a"), b);
        var options = new EmbeddingGenerationOptions
        {
            AdditionalProperties = new() { [RoutingOptions.PropertyName] = new RoutingOptions { MaxInputPrice = 1, MaxOutputPrice = 1, RequiredTags = new Dictionary<string, string> { ["region"] = "eu" } } },
        };

        Assert.Equal("b/e", (await EmbedAsync(gateway, options)).Target);
        Assert.DoesNotContain(RoutingOptions.PropertyName, ((Generator)b.Embeddings!).Received!.AdditionalProperties!.Keys);
        Assert.Contains(RoutingOptions.PropertyName, options.AdditionalProperties.Keys);
        options.AdditionalProperties[RoutingOptions.PropertyName] = new RoutingOptions { Only = ["nobody"] };
        Assert.Equal(RequestFailureKind.InvalidRequest, (await Assert.ThrowsAsync<RequestFailedException>(() => EmbedAsync(gateway, options))).Kind);
    }

    [Fact]
    public async Task SplitAndRules_HoldForEmbeddings()
    {
        var backends = new[] { Backend("a"), Backend("b"), Backend("c") };
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/chat")).AddEmbeddingRoute("docs", route => route.To("a/e", "b/e").Canary("c/e", 100).When("tenant", "acme", new RoutingOptions { Ignore = ["b"] })),
            backends);
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { [RequestContext.PropertyName] = new RequestContext(gateway.Clock.GetTimestamp()) { Tenant = "acme" } } };

        var decision = await EmbedAsync(gateway, options);

        Assert.Equal(("canary", "c/e"), (decision.Variant, decision.Target));
        Assert.Equal(["b/e"], decision.Candidates.Where(static candidate => candidate.Dropped is not null).Select(static candidate => candidate.Target));
    }

    [Fact]
    public void ChatModel_OnAnEmbeddingRoute_IsAStartUpError()
    {
        var a = Backend("a").With(new ModelDescriptor("chat") { MaxOutputTokens = 1000, CanonicalId = "e" });
        var gateway = new TestGateway(sira => sira.AddEmbeddingRoute("docs", route => route.To("a/e", "a/chat")), a);

        var message = Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Message;

        Assert.Contains("Sira:EmbeddingRoutes:docs:Targets: 'a/chat' is a chat model and cannot embed.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FallbackOfAnyKind_MustMakeTheSameVectors()
    {
        var other = new TestBackend("b").With(new ModelDescriptor("e2") { IsEmbedding = true });
        other.Embeddings = new Generator(shortens: true);
        var gateway = new TestGateway(sira => sira.AddEmbeddingRoute("docs", route => route.To("a/e").DegradeTo("b/e2")), Backend("a"), other);

        Assert.Contains("'a/e' and 'b/e2' are different models", Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Message, StringComparison.Ordinal);
    }

    private sealed class Generator(bool shortens) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public EmbeddingGenerationOptions? Received { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Received = options;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(_ => new Embedding<float>(new float[shortens ? options?.Dimensions ?? 8 : 8]))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
