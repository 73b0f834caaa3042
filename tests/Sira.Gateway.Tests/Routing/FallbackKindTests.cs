using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Tests.Routing;

public class FallbackKindTests
{
    private static readonly BackendErrorKind Gone = BackendErrorKind.ModelNotFound;

    private static TestBackend Backend(params (string Model, int? Context)[] models)
    {
        var backend = new TestBackend("a");
        foreach (var (model, context) in models)
        {
            backend.With(new ModelDescriptor(model) { ContextWindow = context });
        }

        return backend;
    }

    private static string[] Tried(RouteDecision? decision) => [.. decision!.Attempts.Select(static attempt => attempt.Target[2..])];

    private static string Long(int tokens) => string.Concat(Enumerable.Repeat("word ", tokens));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tiers_AreTriedInTheirOrder_TheDegradedLastAndMarked(bool streaming)
    {
        var a = Backend();
        foreach (var model in new[] { "own", "general", "default" })
        {
            a[model].Throw(Scripted.Error(Gone));
        }

        a["small"].Reply("x");
        await using var gateway = new TestGateway(
            sira => sira.ConfigureGateway(options => options.DefaultFallbacks.Add("a/default"))
                .AddRoute("default", route => route.To("a/own").DegradeTo("a/small").FallBackTo("a/general").FallBackOnContextLength("a/large").FallBackOnContentPolicy("a/lenient")),
            a);

        var decision = (await gateway.AskAsync(streaming)).GetRouteDecision()!;

        Assert.Equal(["own", "general", "default", "small"], Tried(decision));
        Assert.Equal(DegradedMode.SmallerModel, decision.Degraded);
        var candidates = decision.Candidates.ToDictionary(static candidate => candidate.Target[2..]);
        Assert.Equal((FallbackKind.Degraded, true, "degraded target number 1"), (candidates["small"].Fallback, candidates["small"].IsFallback, candidates["small"].Reason));
        Assert.Equal((FallbackKind.ContextWindow, DropReason.FallbackNotAllowed, "asked only when the input is too long for another target"), (candidates["large"].Fallback, candidates["large"].Dropped, candidates["large"].Reason));
        Assert.Equal((FallbackKind.ContentPolicy, DropReason.FallbackNotAllowed, "asked only after another target's content policy refused the request"), (candidates["lenient"].Fallback, candidates["lenient"].Dropped, candidates["lenient"].Reason));
        Assert.Equal(FallbackKind.Default, candidates["default"].Fallback);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task WithoutNeed_NothingIsDegraded()
    {
        var a = Backend();
        a["own"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own").DegradeTo("a/small")), a);

        Assert.Equal(DegradedMode.None, (await gateway.AskAsync(streaming: false)).GetRouteDecision()!.Degraded);
    }

    [Fact]
    public async Task DefaultFallbacks_AreThoseOfRoutes_NotOfDirectModels_AndNoMistakeWhereARouteHasThem()
    {
        var a = Backend();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Sira:DefaultFallbacks"] = "a/spare, A/spare" }).Build();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own")).AddRoute("has", route => route.To("a/spare")), configuration, a);

        string[] Targets(string? model) => [.. gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")], new ChatOptions { ModelId = model }).Candidates.Select(static candidate => candidate.Target)];

        Assert.Equal(["a/own", "a/spare"], Targets(null));
        Assert.Equal(["a/spare"], Targets("@has"));
        Assert.Equal(["a/own"], Targets("a/own"));
    }

    [Fact]
    public async Task DegradedTarget_MayBeAFallbackOfAllRoutesToo_AndStaysDegraded()
    {
        await using var gateway = new TestGateway(sira => sira.ConfigureGateway(options => options.DefaultFallbacks.Add("a/small")).AddRoute("default", route => route.To("a/own").DegradeTo("a/small")), Backend());

        var candidates = gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")]).Candidates;

        Assert.Equal([("a/own", FallbackKind.None), ("a/small", FallbackKind.Degraded)], candidates.Select(static candidate => (candidate.Target, candidate.Fallback)));
    }

    [Fact]
    public void DefaultFallbackWithAMistake_IsToldOnce()
    {
        var gateway = new TestGateway(sira => sira.ConfigureGateway(options => options.DefaultFallbacks.Add("b/spare")).AddRoute("default", route => route.To("a/own")).AddRoute("other", route => route.To("a/own")), Backend());

        Assert.Equal("Sira:DefaultFallbacks", Assert.Single(Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Errors).Path);
    }

    [Fact]
    public async Task InputThatDoesNotFit_GoesToTheContextFallback_WithoutAnAttemptElsewhere()
    {
        var a = Backend(("own", 100), ("large", 100_000));
        a["large"].Reply("x");
        a["own"].Throw(Scripted.Error(Gone));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own").FallBackOnContextLength("a/large")), a);

        Assert.Equal(["large"], Tried((await gateway.AskAsync(streaming: false, text: Long(500))).GetRouteDecision()));
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));
        Assert.Equal(["own"], Tried(exception.Decision));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ContextLengthError_GoesToALargerModel_NeverToOneThatIsNotLarger(bool streaming)
    {
        var a = Backend(("own", 1000), ("same", 1000), ("unknown", null), ("large", 2000), ("larger", 4000));
        a["own"].Throw(Scripted.Error(BackendErrorKind.ContextLength));
        a["large"].Throw(Scripted.Error(BackendErrorKind.ContextLength));
        a["larger"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own", "a/same", "a/unknown", "a/large").FallBackOnContextLength("a/larger")), a);

        var decision = (await gateway.AskAsync(streaming)).GetRouteDecision()!;

        Assert.Equal(["own", "large", "larger"], Tried(decision));
        Assert.Equal((DropReason.ContextWindow, "another target found the input too long, and its context (1000) is not known to be larger"), decision.Candidates.Where(static candidate => candidate.Target == "a/same").Select(static candidate => (candidate.Dropped!.Value, candidate.Reason)).Single());
    }

    [Fact]
    public async Task ContextLengthError_WithoutALargerModel_TriesThoseOfUnknownContext()
    {
        var a = Backend(("own", 1000), ("smaller", 500), ("unknown", null));
        a["own"].Throw(Scripted.Error(BackendErrorKind.ContextLength));
        a["unknown"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own", "a/smaller", "a/unknown")), a);

        Assert.Equal(["own", "unknown"], Tried((await gateway.AskAsync(streaming: false)).GetRouteDecision()));
    }

    [Fact]
    public async Task ContextLengthError_OfUnknownContext_IsNotRepeatedAtTheSameModelElsewhere()
    {
        var a = Backend();
        var b = new TestBackend("b");
        a["own"].Throw(Scripted.Error(BackendErrorKind.ContextLength));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own", "b/own").Balancer("ordered")), a, b);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true));

        Assert.Equal(BackendErrorKind.ContextLength, exception.BackendError);
        Assert.Empty(b["own"].Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refusal_GoesToTheContentPolicyFallbacksOnly(bool streaming)
    {
        var a = Backend();
        a["own"].Throw(Scripted.Error(BackendErrorKind.ContentPolicy));
        a["lenient"].Throw(Scripted.Error(BackendErrorKind.ContentPolicy));
        a["freer"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own", "a/other").FallBackTo("a/general").FallBackOnContentPolicy("a/lenient", "a/freer")), a);

        var decision = (await gateway.AskAsync(streaming)).GetRouteDecision()!;

        Assert.Equal(["own", "lenient", "freer"], Tried(decision));
        Assert.Contains("another target's content policy refused the request", decision.Candidates.Single(static candidate => candidate.Target == "a/other").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refusal_Surfaces_WhenEveryContentPolicyFallbackRefusesToo_OrNoneMayBeAsked(bool allowFallbacks)
    {
        var a = Backend();
        a["own"].Throw(Scripted.Error(BackendErrorKind.ContentPolicy));
        a["lenient"].Throw(Scripted.Error(BackendErrorKind.ContentPolicy));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own", "a/other").FallBackOnContentPolicy("a/lenient")), a);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true, new SiraChatOptions { Routing = new RoutingOptions { AllowFallbacks = allowFallbacks } }));

        Assert.Equal(BackendErrorKind.ContentPolicy, exception.BackendError);
        Assert.Equal(allowFallbacks ? ["own", "lenient"] : ["own"], Tried(exception.Decision));
    }

    [Fact]
    public async Task OtherErrors_DoNotReachTheContentPolicyFallbacks()
    {
        var a = Backend();
        a["own"].Throw(Scripted.Error(Gone));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own").FallBackOnContentPolicy("a/lenient")), a);

        Assert.Equal(["own"], Tried((await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false))).Decision));
    }

    [Fact]
    public async Task AnyTarget_TakesARefusal_WhereTheRouteSaysSo()
    {
        var a = Backend();
        a["own"].Throw(Scripted.Error(BackendErrorKind.ContentPolicy));
        a["other"].Throw(Scripted.Error(Gone));
        a["lenient"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own", "a/other").FallBackOnContentPolicy("a/lenient").Configure(options => options.FallBackOnContentPolicy = true)), a);

        Assert.Equal(["own", "other", "lenient"], Tried((await gateway.AskAsync(streaming: false)).GetRouteDecision()));
    }

    [Fact]
    public async Task File_NamesTheListsAsCodeDoes_AndATargetStandsInOneOnly()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sira:Routes:default:ContextFallbacks"] = "a/large",
            ["Sira:Routes:default:ContentPolicyFallbacks:0"] = "a/lenient",
            ["Sira:Routes:default:DegradedTargets"] = "a/small",
        }).Build();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own")), configuration, Backend());
        var twice = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/own").FallBackTo("a/x").FallBackOnContextLength("a/x").DegradeTo("A/own")), Backend());

        Assert.Equal(
            [FallbackKind.None, FallbackKind.Degraded, FallbackKind.ContextWindow, FallbackKind.ContentPolicy],
            gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")]).Candidates.Select(static candidate => candidate.Fallback));
        var message = Assert.Throws<SiraConfigurationException>(() => twice.Sira).Message;
        Assert.Contains("the target 'a/x' is listed 2 times.", message, StringComparison.Ordinal);
        Assert.Contains("the target 'A/own' is listed before in another spelling.", message, StringComparison.Ordinal);
    }
}
