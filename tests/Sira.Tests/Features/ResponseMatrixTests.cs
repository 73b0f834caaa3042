using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Models;
using Sira.Simulation.Time;
using Sira.Tests.Features.Support;

namespace Sira.Tests.Features;

/// <summary>Every kind of answer over every wire, whole and streamed: it comes out the same.</summary>
public class ResponseMatrixTests
{
    private static readonly (string Backend, string Model, decimal Cost)[] Priced =
    [
        // Input, cached input, cache writes, output, in US dollars per million tokens; see the catalogue.
        ("openai", "gpt-4.1-mini", ((600 * 0.4m) + (400 * 0.1m) + (300 * 1.6m)) / 1_000_000),
        ("responses", "gpt-5-mini", ((600 * 0.25m) + (400 * 0.025m) + (300 * 2m)) / 1_000_000),
        ("anthropic", "claude-haiku-4-5", ((500 * 1m) + (400 * 0.1m) + (100 * 1.25m) + (300 * 5m)) / 1_000_000),
        ("gemini", "gemini-2.5-flash", ((600 * 0.3m) + (400 * 0.03m) + (300 * 2.5m)) / 1_000_000),
    ];

    public static TheoryData<string, bool> Cases => new(from backend in FeatureSira.Wires from streaming in (bool[])[false, true] select (backend, streaming));

    public static TheoryData<string, bool> EveryBackend => new(from backend in FeatureSira.All from streaming in (bool[])[false, true] select (backend, streaming));

    public static TheoryData<string> Streams => new(FeatureSira.All);

    // Gemini refuses by its finish reason only; its arguments and Anthropic's are JSON, or the whole answer is none.
    public static TheoryData<string, bool> Refusing => new(from backend in FeatureSira.Wires from streaming in (bool[])[false, true] where backend != "gemini" select (backend, streaming));

    public static TheoryData<string, bool> ArgumentsAsText => new(from backend in FeatureSira.All from streaming in (bool[])[false, true] where backend is not ("anthropic" or "gemini") select (backend, streaming));

    [Theory]
    [MemberData(nameof(EveryBackend))]
    public async Task Text_ComesWithWhatIsKnownOfIt(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Text = "Hello, world." }, streaming);

        var response = await sira.AskAsync(streaming);

        Assert.Equal("Hello, world.", response.Text);
        Assert.Equal(ChatRole.Assistant, Assert.Single(response.Messages).Role);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal("some-model-2026", response.ModelId);
        Assert.NotEmpty(response.ResponseId!);
        Assert.Equal(FeatureSira.WireOf(backend) == "gemini", response.CreatedAt is null);
        Assert.True(streaming || response.RawRepresentation is System.Text.Json.JsonElement);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Usage_IsCounted_AndPricedByTheCatalogue(string backend, bool streaming)
    {
        var (_, model, cost) = Priced.Single(priced => priced.Backend == backend);
        await using var sira = new FeatureSira(backend, model: model);
        sira.Provider.Reply(new WireAnswer { Text = "Hello." }, streaming);

        var response = await sira.AskAsync(streaming);

        var usage = response.Usage!;
        Assert.Equal((1000, 300, 1300), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
        Assert.Equal((400, 200), (usage.CachedInputTokenCount, usage.ReasoningTokenCount));
        Assert.Equal(backend == "gemini" ? null : 100, usage.GetCacheWriteInputTokens());
        Assert.Equal(cost, response.GetRouteDecision()!.Cost);
        Assert.False(response.GetRouteDecision()!.Attempts[^1].IsEstimated);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task NoUsage_IsNotZero(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Text = "Hello.", HasUsage = false }, streaming);

        var response = await sira.AskAsync(streaming);

        Assert.Null(response.Usage?.InputTokenCount);
        Assert.True(response.GetRouteDecision()!.Attempts[^1] is { IsEstimated: true } or { Cost: null });
    }

    [Theory]
    [MemberData(nameof(EveryBackend))]
    public async Task ParallelCalls_ComeWhole(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Text = "I look.", Calls = [("call_1", "weather", """{"city":"Rome"}"""), ("call_2", "weather", """{"city":"Oslo","days":[1,2]}""")] }, streaming);

        var response = await sira.AskAsync(streaming, new ChatOptions { Tools = [RequestFeature.Weather] });

        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        var calls = response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>().ToArray();
        Assert.Equal(["call_1", "call_2"], calls.Select(static call => call.CallId));
        Assert.All(calls, static call => Assert.Equal("weather", call.Name));
        Assert.All(calls, static call => Assert.Null(call.Exception));
        Assert.Equal(["Rome", "Oslo"], calls.Select(static call => call.Arguments!["city"]!.ToString()));
        Assert.Equal("I look.", response.Text);
    }

    [Theory]
    [MemberData(nameof(ArgumentsAsText))]
    public async Task ArgumentsThatAreNoJson_AreTheCallsFault(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Calls = [("call_1", "weather", "{\"city\":")] }, streaming);

        var response = await sira.AskAsync(streaming);

        Assert.NotNull(Assert.Single(response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>()).Exception);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Endings_KeepTheirMeaning(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Text = "Cut", End = "length" }, streaming).Reply(new WireAnswer { Text = "Cut", End = "filter" }, streaming);

        Assert.Equal(ChatFinishReason.Length, (await sira.AskAsync(streaming)).FinishReason);
        Assert.Equal(ChatFinishReason.ContentFilter, (await sira.AskAsync(streaming)).FinishReason);
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public async Task Refusal_IsAnErrorContent(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Refusal = "I will not." }, streaming);

        var response = await sira.AskAsync(streaming);

        var refusal = Assert.Single(response.Messages.SelectMany(static message => message.Contents).OfType<ErrorContent>());
        Assert.Equal(("Refusal", "I will not."), (refusal.ErrorCode, refusal.Message));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Citation_IsAnAnnotationOfTheText(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Text = "Rome is sunny.", Citation = "https://example.com/rome" }, streaming);

        var response = await sira.AskAsync(streaming);

        Assert.Equal("Rome is sunny.", response.Text);
        var citation = Assert.IsType<CitationAnnotation>(Assert.Single(response.Messages.SelectMany(static message => message.Contents).SelectMany(static content => content.Annotations ?? [])));
        Assert.Equal(("https://example.com/rome", "Source"), (citation.Url?.ToString(), citation.Title));
        var region = Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(citation.AnnotatedRegions!));
        Assert.Equal((0, 14), (region.StartIndex, region.EndIndex));
        Assert.NotNull(citation.RawRepresentation);
    }

    [Theory]
    [InlineData("openai", false)]
    [InlineData("openai", true)]
    [InlineData("openrouter", false)]
    [InlineData("openrouter", true)]
    [InlineData("responses", false)]
    [InlineData("responses", true)]
    [InlineData("anthropic", false)]
    [InlineData("anthropic", true)]
    [InlineData("gemini", false)]
    [InlineData("gemini", true)]
    public async Task Reasoning_ComesApartFromTheText(string backend, bool streaming)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Reasoning = "Let me think.", Signature = backend == "openai" ? null : "c2lnbmF0dXJl", Text = "Hello." }, streaming);

        var response = await sira.AskAsync(streaming);

        Assert.Equal("Hello.", response.Text);
        var reasoning = response.Messages.SelectMany(static message => message.Contents).OfType<TextReasoningContent>().ToArray();
        Assert.Equal("Let me think.", string.Concat(reasoning.Select(static content => content.Text)));
        Assert.Equal(backend == "openai" ? 0 : 1, reasoning.Count(static content => content.ProtectedData?.Contains("c2lnbmF0dXJl", StringComparison.Ordinal) == true));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Updates_FlowAtOnce_WithOneEnding(string backend)
    {
        await using var sira = new FeatureSira(backend);
        sira.Provider.Reply(new WireAnswer { Text = "Hello, world.", Calls = [("call_1", "weather", """{"city":"Rome"}""")] }, streaming: true);
        var updates = new List<ChatResponseUpdate>();

        await sira.Clock.RunAsync(async () =>
        {
            await foreach (var update in sira.Chat.GetStreamingResponseAsync("Hi"))
            {
                updates.Add(update);
            }
        });

        var pieces = updates.SelectMany(static update => update.Contents).OfType<TextContent>().Where(static text => text.Text.Length > 0).ToArray();
        Assert.Equal(backend == "gemini" ? 1 : 2, pieces.Length);
        Assert.Single(updates, static update => update.FinishReason is not null);
        Assert.Single(updates.SelectMany(static update => update.Contents).OfType<FunctionCallContent>());
        Assert.Single(updates.SelectMany(static update => update.Contents).OfType<UsageContent>());
        Assert.All(updates.Where(static update => update.Contents.Count > 0), static update =>
        {
            Assert.NotNull(update.RawRepresentation);
            Assert.Equal(("some-model-2026", ChatRole.Assistant), (update.ModelId, update.Role));
            Assert.NotNull(update.ResponseId);
            Assert.NotNull(update.MessageId);
        });
        Assert.Single(updates.Where(static update => update.MessageId is not null).Select(static update => update.MessageId).Distinct());
    }
}
