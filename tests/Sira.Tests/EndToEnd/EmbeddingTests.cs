using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Hosting;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Simulation;
using Sira.Simulation.Faults;
using Sira.Simulation.Time;

namespace Sira.Tests.EndToEnd;

public class EmbeddingTests
{
    private readonly VirtualTimeProvider clock = new();

    public static TheoryData<string, string, int> Models => new() { { "openai", "text-embedding-3-small", 1536 }, { "gemini", "gemini-embedding-001", 3072 } };

    private SiraInstance Create(string wire, string model, SimulatedProvider first, SimulatedProvider second) => SiraInstance.Create(sira =>
    {
        sira.Services.AddSingleton<TimeProvider>(clock);
        sira.Services.AddSingleton<IRandomSource>(new SeededRandomSource(5));
        Add(sira, wire, "one").SimulateBackend("one", first);
        Add(sira, wire, "two").SimulateBackend("two", second);
        sira.AddEmbeddingRoute("docs", route => route.To("one/" + model).FallBackTo("two/" + model).Budget(tokens: 10_000_000));
    });

    private static ISiraBuilder Add(ISiraBuilder sira, string wire, string name) =>
        wire == "gemini" ? sira.AddGemini(name, options => options.ApiKeys.Add("k")) : sira.AddOpenAI(name, options => options.ApiKeys.Add("k"));

    private static RouteDecision DecisionOf(GeneratedEmbeddings<Embedding<float>> embeddings) => (RouteDecision)embeddings.AdditionalProperties![RouteDecision.PropertyName]!;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Embeddings_HaveTheDimensionsAskedFor_AndTheOrderOfTheInputs(string wire, string model, int dimensions)
    {
        await using var sira = Create(wire, model, new SimulatedProvider(clock), new SimulatedProvider(clock));
        var generator = sira.GetEmbeddingGenerator("docs");

        var whole = await clock.RunAsync(() => generator.GenerateAsync(["alpha", "beta"]));
        var reversed = await clock.RunAsync(() => generator.GenerateAsync(["beta", "alpha"]));
        var small = await clock.RunAsync(() => generator.GenerateAsync(["alpha"], new EmbeddingGenerationOptions { Dimensions = 256 }));

        Assert.All(whole, embedding => Assert.Equal(dimensions, embedding.Vector.Length));
        Assert.Equal(whole[0].Vector.ToArray(), reversed[1].Vector.ToArray());
        Assert.NotEqual(whole[0].Vector.ToArray(), whole[1].Vector.ToArray());
        Assert.Equal(256, Assert.Single(small).Vector.Length);
        Assert.Equal("one/" + model, DecisionOf(whole).Target);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task ManyInputs_AreSentInBatches_AndComeBackWhole(string wire, string model, int dimensions)
    {
        var provider = new SimulatedProvider(clock);
        await using var sira = Create(wire, model, provider, new SimulatedProvider(clock));
        var inputs = Enumerable.Range(0, 2500).Select(index => $"document number {index}").ToArray();

        var embeddings = await clock.RunAsync(() => sira.GetEmbeddingGenerator("docs").GenerateAsync(inputs, new EmbeddingGenerationOptions { Dimensions = 16 }));

        Assert.Equal(inputs.Length, embeddings.Count);
        Assert.InRange(provider.RequestCount, 2, 100);
        var alone = await clock.RunAsync(() => sira.GetEmbeddingGenerator("docs").GenerateAsync([inputs[2400]], new EmbeddingGenerationOptions { Dimensions = 16 }));
        Assert.Equal(alone[0].Vector.ToArray(), embeddings[2400].Vector.ToArray());
        Assert.True(dimensions > 0);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task FailingProvider_IsReplacedByTheOtherDeployment(string wire, string model, int dimensions)
    {
        var first = new SimulatedProvider(clock);
        first.Faults.Always(Fault.Unavailable());
        await using var sira = Create(wire, model, first, new SimulatedProvider(clock));

        var embeddings = await clock.RunAsync(() => sira.GetEmbeddingGenerator("docs").GenerateAsync(["alpha"]));

        Assert.Equal(dimensions, embeddings[0].Vector.Length);
        Assert.Equal("two/" + model, DecisionOf(embeddings).Target);
        Assert.Equal(BackendErrorKind.Overloaded, DecisionOf(embeddings).Attempts[0].Error);
        Assert.Equal((0, 0), (first.InFlight, clock.ActiveTimers));
    }

    [Fact]
    public async Task PlainGenerator_WithoutARoute_TakesAnEmbeddingModelOfABackend()
    {
        await using var sira = Create("openai", "text-embedding-3-small", new SimulatedProvider(clock), new SimulatedProvider(clock));

        var embeddings = await clock.RunAsync(() => sira.GetEmbeddingGenerator().GenerateAsync(["alpha"]));

        Assert.StartsWith("one/text-embedding-", DecisionOf(embeddings).Target, StringComparison.Ordinal);
    }

    [Fact]
    public void RouteAcrossModels_IsRefusedAtStart()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => SiraInstance.Create(sira => sira
            .AddSimulatedBackends()
            .AddEmbeddingRoute("docs", route => route.To("openai/text-embedding-3-small").FallBackTo("gemini/gemini-embedding-001"))));

        Assert.Contains("different models", exception.Message, StringComparison.Ordinal);
    }
}
