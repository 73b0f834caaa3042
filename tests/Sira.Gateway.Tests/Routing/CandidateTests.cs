using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Models;

namespace Sira.Gateway.Tests.Routing;

public class CandidateTests
{
    private static readonly ChatOptions WithSeed = new() { Seed = 7, Temperature = 0.5f };

    [Fact]
    public async Task TargetThatCannotTakeAnOption_IsNoCandidate()
    {
        var a = new TestBackend("a") { Features = RequestFeatures.All & ~RequestFeatures.Seed };
        var b = new TestBackend("b");
        b["m2"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2")), a, b);

        var decision = (await gateway.AskAsync(streaming: false, WithSeed)).GetRouteDecision()!;

        Assert.Equal("b/m2", decision.Target);
        var dropped = decision.Candidates.Single(candidate => candidate.Target == "a/m1");
        Assert.Equal((DropReason.UnsupportedFeature, "cannot take Seed"), (dropped.Dropped, dropped.Reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoneLeft_TheErrorNamesTheOption_AndNothingIsCalled(bool streaming)
    {
        var a = new TestBackend("a") { Features = RequestFeatures.All & ~(RequestFeatures.Seed | RequestFeatures.Temperature) };
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming, WithSeed));

        Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
        Assert.Contains("a/m1: cannot take Temperature, Seed", exception.Message, StringComparison.Ordinal);
        Assert.Empty(a["m1"].Calls);
    }

    [Fact]
    public async Task Drop_LeavesTuningOptionsOut_ButNotTools()
    {
        var a = new TestBackend("a") { Features = RequestFeatures.All & ~(RequestFeatures.Seed | RequestFeatures.Tools) };
        a["m1"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Configure(options => options.UnsupportedOptions = UnsupportedOptionPolicy.Drop)), a);

        await gateway.AskAsync(streaming: false, WithSeed);

        Assert.Equal((null, 0.5f), (a["m1"].Calls[0].Options!.Seed, a["m1"].Calls[0].Options!.Temperature!.Value));
        Assert.Equal(7, WithSeed.Seed);
        var withTools = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "tool")] };
        await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, withTools));
    }

    public static TheoryData<string, ChatMessage[], ChatOptions?> FeatureCases()
    {
        ChatMessage[] plain = [new(ChatRole.User, "Hello")];
        return new()
        {
            { "image input", [new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], null },
            { "audio input", [new(ChatRole.User, [new UriContent("https://example.com/a.mp3", "audio/mpeg")])], null },
            { "file input", [new(ChatRole.User, [new DataContent(new byte[] { 1 }, "application/pdf")])], null },
            { "system message", [new(ChatRole.System, "Be brief"), .. plain], null },
            { "function tools", plain, new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "tool")] } },
            { "hosted web search", plain, new ChatOptions { Tools = [new HostedWebSearchTool()] } },
            { "ResponseFormat (JSON schema)", plain, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(AIJsonUtilities.CreateJsonSchema(typeof(int))) } },
            { "ResponseFormat (JSON)", plain, new ChatOptions { ResponseFormat = ChatResponseFormat.Json } },
            { "Reasoning", plain, new ChatOptions { Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High } } },
            { "TopK", plain, new ChatOptions { TopK = 3 } },
            { "StopSequences", plain, new ChatOptions { StopSequences = ["."] } },
            { "ConversationId", plain, new ChatOptions { ConversationId = "c" } },
        };
    }

    [Theory]
    [MemberData(nameof(FeatureCases))]
    public async Task EachFeature_IsDetected(string name, ChatMessage[] messages, ChatOptions? options)
    {
        var a = new TestBackend("a") { Features = RequestFeatures.None };
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);

        var decision = gateway.Sira.Explain(messages, options);

        Assert.Null(decision.Target);
        Assert.Equal($"cannot take {name}", decision.Candidates[0].Reason);
    }

    [Fact]
    public async Task ContextWindowAndOutputLimit_AreRespected()
    {
        var a = new TestBackend("a")
            .With(new ModelDescriptor("small") { ContextWindow = 100 })
            .With(new ModelDescriptor("terse") { MaxOutputTokens = 50 })
            .With(new ModelDescriptor("big") { ContextWindow = 100_000, MaxOutputTokens = 10_000 });
        a["big"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/small", "a/terse", "a/big")), a);

        var decision = (await gateway.AskAsync(streaming: false, new ChatOptions { MaxOutputTokens = 1000 }, string.Join(' ', Enumerable.Repeat("word", 500)))).GetRouteDecision()!;

        Assert.Equal("a/big", decision.Target);
        Assert.Equal(DropReason.ContextWindow, decision.Candidates.Single(candidate => candidate.Target == "a/small").Dropped);
        Assert.Equal(DropReason.OutputLimit, decision.Candidates.Single(candidate => candidate.Target == "a/terse").Dropped);
    }

    [Fact]
    public async Task OpenBreaker_IsPassedOver_ProbedOnce_AndUsedAgain()
    {
        var a = new TestBackend("a");
        var b = new TestBackend("b");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2").Retry(retry => retry.MaxRetriesPerTarget = 0)), a, b);
        for (var i = 0; i < 5; i++)
        {
            a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError));
        }

        for (var i = 0; i < 30; i++)
        {
            b["m2"].Reply("from b");
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("from b", (await gateway.AskAsync(streaming: i % 2 == 0)).Text);
        }

        Assert.Equal(5, a["m1"].Calls.Count);
        var passedOver = gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")]).Candidates[^1];
        Assert.Equal(("a/m1", DropReason.CircuitOpen), (passedOver.Target, passedOver.Dropped));
        Assert.Equal(Kernel.Health.CircuitState.Open, gateway.Sira.Targets[0].Circuit);
        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        a["m1"].Reply("healthy").Reply("healthy");
        Assert.Equal("healthy", (await gateway.AskAsync(streaming: false)).Text);
        Assert.Equal(Kernel.Health.CircuitState.Closed, gateway.Sira.Targets[0].Circuit);
    }

    [Fact]
    public async Task OnlyTarget_IsTriedEvenWithAnOpenBreaker()
    {
        var a = new TestBackend("a");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Retry(retry => retry.MaxRetriesPerTarget = 0)), a);
        for (var i = 0; i < 6; i++)
        {
            a["m1"].Throw(Scripted.Error(BackendErrorKind.ServerError));
            await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));
        }

        a["m1"].Reply("back");
        Assert.Equal("back", (await gateway.AskAsync(streaming: false)).Text);
    }
}
