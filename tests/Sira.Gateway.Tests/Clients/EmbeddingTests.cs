using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;
using Sira.Testing.Telemetry;

namespace Sira.Gateway.Tests.Clients;

public class EmbeddingTests
{
    private static TestBackend Backend(string name, Func<IEnumerable<string>, EmbeddingGenerationOptions?, CancellationToken, Task<GeneratedEmbeddings<Embedding<float>>>>? generate = null, string canonical = "e", int? dimensions = 2)
    {
        var backend = new TestBackend(name).With(new ModelDescriptor("e") { CanonicalId = canonical, IsEmbedding = true, ContextWindow = 100, EmbeddingDimensions = dimensions, Pricing = new ModelPricing { Input = 1m } });
        backend.Embeddings = new Generator(generate ?? ((values, _, _) => Task.FromResult(Vectors(values))));
        return backend;
    }

    private static GeneratedEmbeddings<Embedding<float>> Vectors(IEnumerable<string> values) =>
        new(values.Select(value => new Embedding<float>(new float[] { value.Length, 1 }))) { Usage = new UsageDetails { InputTokenCount = 7 } };

    private static TestGateway Gateway(params TestBackend[] backends) =>
        new(sira => sira.AddRoute("default", route => route.To("a/chat")).AddEmbeddingRoute("docs", route => route.To(backends[0].Name + "/e").FallBackTo([.. backends.Skip(1).Select(backend => backend.Name + "/e")])), backends);

    [Fact]
    public async Task NoInputs_NoCall()
    {
        var calls = 0;
        await using var gateway = Gateway(Backend("a", (values, _, _) =>
        {
            calls++;
            return Task.FromResult(Vectors(values));
        }));

        var embeddings = await gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync([]);

        Assert.Empty(embeddings);
        Assert.Equal(0, calls);
        await Assert.ThrowsAsync<RequestFailedException>(() => gateway.Sira.GetEmbeddingGenerator().GenerateAsync([], new EmbeddingGenerationOptions { ModelId = "nowhere/x/y/z" }));
    }

    [Fact]
    public async Task ManyInputs_AreNotHeldAgainstTheContextOfOne()
    {
        await using var gateway = Gateway(Backend("a"));

        var embeddings = await gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(Enumerable.Repeat("Some twenty tokens of text, again and again, as batches of documents have them.", 100));

        Assert.Equal(100, embeddings.Count);
    }

    [Theory]
    [InlineData("null result")]
    [InlineData("null task")]
    [InlineData("too few")]
    [InlineData("throws")]
    public async Task BrokenGenerator_FallsOver(string how)
    {
        var a = Backend("a", (values, _, _) => how switch
        {
            "null result" => Task.FromResult<GeneratedEmbeddings<Embedding<float>>>(null!),
            "null task" => null!,
            "too few" => Task.FromResult(Vectors([])),
            _ => throw new JsonExceptionLike(),
        });
        await using var gateway = Gateway(a, Backend("b"));

        var embeddings = await gateway.Clock.RunAsync(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["x"]));

        Assert.Single(embeddings);
        Assert.Equal("b/e", ((RouteDecision)embeddings.AdditionalProperties![RouteDecision.PropertyName]!).Target);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task DeafGenerator_TimesOut()
    {
        var never = new TaskCompletionSource<GeneratedEmbeddings<Embedding<float>>>();
        await using var gateway = Gateway(Backend("a", (_, _, _) => never.Task), Backend("b"));

        var embeddings = await gateway.Clock.RunAsync(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["x"]));

        Assert.Equal("b/e", ((RouteDecision)embeddings.AdditionalProperties![RouteDecision.PropertyName]!).Target);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task NullInput_IsTheCallersMistake()
    {
        await using var gateway = Gateway(Backend("a"));

        await Assert.ThrowsAsync<ArgumentException>(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["x", null!]));
    }

    [Fact]
    public async Task RequestOfTheCaller_IsCharged_AndNotSentOn()
    {
        EmbeddingGenerationOptions? received = null;
        await using var gateway = Gateway(Backend("a", (values, options, _) =>
        {
            received = options;
            return Task.FromResult(Vectors(values));
        }));
        var request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxAttempts = 1 });
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new AdditionalPropertiesDictionary { [RequestContext.PropertyName] = request, ["mine"] = 1 } };
        var generator = gateway.Sira.GetEmbeddingGenerator("docs");

        await generator.GenerateAsync(["x"], options);

        Assert.Equal((1, 7L, 0.000007m), (request.Attempts, request.Tokens, request.Cost));
        Assert.Equal(["mine"], received!.AdditionalProperties!.Keys);
        await Assert.ThrowsAsync<RequestFailedException>(() => generator.GenerateAsync(["x"], options));
    }

    [Theory]
    [InlineData("other", 2, "different models")]
    [InlineData("e", 3, "dimensions")]
    public void RouteThatMixesVectorSpaces_IsAStartUpError(string canonical, int dimensions, string reason)
    {
        var gateway = Gateway(Backend("a"), Backend("b", canonical: canonical, dimensions: dimensions));

        var exception = Assert.Throws<SiraConfigurationException>(() => gateway.Sira);

        Assert.Contains("Sira:EmbeddingRoutes:docs", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameModelId_ForChatAndEmbeddings_DoesNotMixThemUp()
    {
        var a = Backend("a");
        a["both"].Reply("chat").Reply("chat");
        var b = new TestBackend("b");
        b["both"].Reply("chat").Reply("chat");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/chat")), a, b);
        var chat = new ChatOptions { ModelId = "both" };

        await gateway.AskAsync(streaming: false, chat);
        var embeddings = new HashSet<string?>();
        for (var i = 0; i < 8; i++)
        {
            var generated = await gateway.Clock.RunAsync(() => gateway.Sira.GetEmbeddingGenerator().GenerateAsync(["x"], new EmbeddingGenerationOptions { ModelId = "both" }));
            embeddings.Add(((RouteDecision)generated.AdditionalProperties![RouteDecision.PropertyName]!).Target);
        }

        Assert.Equal(["a/both"], embeddings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChatWithAnEmbeddingModel_IsRefusedWithItsReason(bool embeddedBefore)
    {
        await using var gateway = Gateway(Backend("a"));
        if (embeddedBefore)
        {
            await gateway.Sira.GetEmbeddingGenerator().GenerateAsync(["x"], new EmbeddingGenerationOptions { ModelId = "a/e" });
        }

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new ChatOptions { ModelId = "a/e" }));

        Assert.Equal(RequestFailureKind.UnknownModel, exception.Kind);
        Assert.Contains("embedding model", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Span_CarriesUsage()
    {
        using var spans = new ActivityCollector();
        await using var gateway = Gateway(Backend("a"));

        await gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["secret text"]);

        var span = Assert.Single(spans.Stopped);
        Assert.Equal("embeddings e", span.DisplayName);
        Assert.Equal(7L, span.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.DoesNotContain("secret", spans.AllText, StringComparison.Ordinal);
    }

    private sealed class JsonExceptionLike() : Exception("broken");

    private sealed class Generator(Func<IEnumerable<string>, EmbeddingGenerationOptions?, CancellationToken, Task<GeneratedEmbeddings<Embedding<float>>>> generate) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) => generate(values, options, cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
