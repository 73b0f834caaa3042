using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Clients;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Tests.Routing;

public class OverlayTests
{
    private static readonly ChatMessage[] Hello = [new(ChatRole.User, "Hello")];

    private static TestBackend[] Backends() =>
    [
        new TestBackend("a") { Tags = new Dictionary<string, string> { ["region"] = "us", ["data"] = "no-training" } }
            .With(new ModelDescriptor("m1") { Pricing = new ModelPricing { Input = 1, Output = 10, Tiers = [new ModelPricingTier(1000, new ModelPricing { Input = 4, Output = 20 })] } }),
        new TestBackend("b") { Tags = new Dictionary<string, string> { ["Region"] = "EU" } }
            .With(new ModelDescriptor("m2") { Pricing = new ModelPricing { Input = 2, Output = 5 } }),
        new TestBackend("c").With(new ModelDescriptor("m3")),
        new TestBackend("d").With(new ModelDescriptor("spare")),
    ];

    private static TestGateway Gateway(RoutingOptions? ofRoute = null) =>
        new(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2", "c/m3").FallBackTo("d/spare").Routing(ofRoute ?? new RoutingOptions())), Backends());

    private static RouteDecision Explain(TestGateway gateway, RoutingOptions? routing, string text = "Hello") =>
        gateway.Sira.Explain([new ChatMessage(ChatRole.User, text)], new SiraChatOptions { Routing = routing });

    private static string Open(RouteDecision decision) =>
        string.Join(' ', decision.Candidates.Where(static candidate => candidate.Dropped is null).Select(static candidate => candidate.Target));

    public static TheoryData<RoutingOptions, string> Cases => new()
    {
        { new RoutingOptions(), "a/m1 b/m2 c/m3 d/spare" },
        { new RoutingOptions { Only = ["b/m2", "d"] }, "b/m2 d/spare" },
        { new RoutingOptions { Only = ["B/m2"] }, "b/m2" },
        { new RoutingOptions { Only = [] }, "" },
        { new RoutingOptions { Ignore = ["a", "m3"] }, "b/m2 d/spare" },
        { new RoutingOptions { Only = ["a", "b"], Ignore = ["a/m1"] }, "b/m2" },
        { new RoutingOptions { Prefer = ["c", "m2"] }, "c/m3 b/m2 a/m1 d/spare" },
        { new RoutingOptions { Prefer = ["d/spare"] }, "d/spare a/m1 b/m2 c/m3" },
        { new RoutingOptions { Prefer = ["d/spare"], AllowFallbacks = false }, "a/m1 b/m2 c/m3" },
        { new RoutingOptions { AllowFallbacks = false }, "a/m1 b/m2 c/m3" },
        { new RoutingOptions { RequiredTags = new Dictionary<string, string> { ["region"] = "eu" } }, "b/m2" },
        { new RoutingOptions { RequiredTags = new Dictionary<string, string> { ["REGION"] = "US", ["data"] = "no-training" } }, "a/m1" },
        { new RoutingOptions { MaxInputPrice = 1 }, "a/m1" },
        { new RoutingOptions { MaxOutputPrice = 5 }, "b/m2" },
        { new RoutingOptions { MaxInputPrice = 1, MaxOutputPrice = 5 }, "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Options_FilterAndOrder_TheSameForRequestAndRoute(RoutingOptions routing, string expected)
    {
        await using var plain = Gateway();
        await using var configured = Gateway(routing);

        Assert.Equal(expected, Open(Explain(plain, routing)));
        Assert.Equal(expected, Open(Explain(configured, null)));
        Assert.Equal(expected, Open(plain.Sira.Explain(Hello, new ChatOptions { AdditionalProperties = new() { [RoutingOptions.PropertyName] = routing } })));
    }

    [Fact]
    public async Task EveryDrop_SaysWhoseOptionsAndWhichValues()
    {
        await using var gateway = Gateway(new RoutingOptions { Ignore = ["c"] });
        var routing = new RoutingOptions { RequiredTags = new Dictionary<string, string> { ["region"] = "eu" }, AllowFallbacks = false };

        var reasons = Explain(gateway, routing).Candidates.ToDictionary(static candidate => candidate.Target, static candidate => (candidate.Dropped, candidate.Reason));

        Assert.Equal((DropReason.TagMismatch, "the request requires the tag region=eu, and its backend has region=us"), reasons["a/m1"]);
        Assert.Equal((DropReason.Excluded, "the route ignores 'c'"), reasons["c/m3"]);
        Assert.Equal(DropReason.TagMismatch, reasons["d/spare"].Dropped);
        Assert.EndsWith("its backend has no region", reasons["d/spare"].Reason, StringComparison.Ordinal);
        Assert.Equal("it is a fallback, and the request does not allow any", Explain(gateway, new RoutingOptions { AllowFallbacks = false }).Candidates.Single(static candidate => candidate.IsFallback).Reason);
        Assert.Equal("the request allows only b/m2", Explain(gateway, new RoutingOptions { Only = ["b/m2"] }).Candidates.Single(static candidate => candidate.Target == "a/m1").Reason);

        var prices = Explain(gateway, new RoutingOptions { MaxInputPrice = 1.5m }).Candidates.ToDictionary(static candidate => candidate.Target, static candidate => candidate.Reason);
        Assert.Equal("its input price is $2 per million tokens, and routing allows at most $1.5", prices["b/m2"]);
        Assert.Equal("its input price is unknown per million tokens, and routing allows at most $1.5", prices["d/spare"]);
    }

    [Fact]
    public async Task HighestPrice_IsHeldAgainstThePriceAtTheLengthOfTheInput()
    {
        await using var gateway = Gateway();
        var routing = new RoutingOptions { MaxInputPrice = 1 };

        Assert.Equal("a/m1", Open(Explain(gateway, routing)));
        Assert.Equal("", Open(Explain(gateway, routing, string.Concat(Enumerable.Repeat("many words ", 2000)))));
    }

    [Fact]
    public async Task ARequest_CannotLiftWhatItsRouteForbids_ButPrefersForItself()
    {
        await using var gateway = Gateway(new RoutingOptions { Ignore = ["a"], MaxInputPrice = 2, Prefer = ["b"], AllowFallbacks = false, Strategy = RoutingStrategies.LowestCost });

        Assert.Equal("b/m2", Open(Explain(gateway, null)));
        Assert.Equal("", Open(Explain(gateway, new RoutingOptions { Only = ["a/m1"], MaxInputPrice = 100, AllowFallbacks = true })));
        Assert.Equal(RoutingStrategies.LowestCost, Explain(gateway, new RoutingOptions { Prefer = ["a"] }).Strategy);
        Assert.Equal(RoutingStrategies.Weighted, Explain(gateway, new RoutingOptions { Strategy = "WEIGHTED" }).Strategy);
    }

    [Fact]
    public async Task PreferredTarget_IsTriedFirst_ThenTheRestInTheStrategysOrder()
    {
        var backends = Backends();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2", "c/m3").Strategy(RoutingStrategies.LowestCost)), backends);
        backends[2]["m3"].Throw(Scripted.Error(BackendErrorKind.ModelNotFound));
        backends[1]["m2"].Reply("x");

        var response = await gateway.AskAsync(streaming: true, new SiraChatOptions { Routing = new RoutingOptions { Prefer = ["c"] } });

        Assert.Equal(["c/m3", "b/m2"], response.GetRouteDecision()!.Attempts.Select(static attempt => attempt.Target));
        Assert.Contains("preferred by the request, number 1; tried", response.GetRouteDecision()!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireParameters_OverridesTheRoutesPolicy_BothWays()
    {
        var a = new TestBackend("a") { Features = RequestFeatures.All & ~RequestFeatures.Seed };
        a["m1"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);

        await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new SiraChatOptions { Seed = 1 }));
        await gateway.AskAsync(streaming: false, new SiraChatOptions { Seed = 1, Routing = new RoutingOptions { RequireParameters = false } });

        Assert.Null(a["m1"].Calls.Single().Options!.Seed);
        Assert.DoesNotContain(RoutingOptions.PropertyName, a["m1"].Calls.Single().Options!.AdditionalProperties?.Keys ?? []);
    }

    public static TheoryData<RoutingOptions, string> Wrong => new()
    {
        { new RoutingOptions { Only = ["opnai/gpt-5"] }, "Routing.Only: unknown target 'opnai/gpt-5'." },
        { new RoutingOptions { Ignore = [" "] }, "Routing.Ignore: a name is blank." },
        { new RoutingOptions { Prefer = [null!] }, "Routing.Prefer: a name is blank." },
        { new RoutingOptions { Strategy = "cheepest" }, "Routing.Strategy: unknown strategy 'cheepest'." },
        { new RoutingOptions { Strategy = "lowst-cost" }, "Did you mean 'lowest-cost'?" },
        { new RoutingOptions { Balancer = "p3c" }, "Did you mean 'p2c'? Known: bounded-consistent-hash, consistent-hash" },
        { new RoutingOptions { MaxInputPrice = -1 }, "Routing.MaxInputPrice: the price of -1 US dollars is negative." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task WrongNames_AreErrors_ForTheRequestWhenItIsMade_ForTheRouteAtStartUp(RoutingOptions routing, string expected)
    {
        await using var gateway = Gateway();
        await using var configured = Gateway(routing);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true, new SiraChatOptions { Routing = routing }));

        Assert.Equal(RequestFailureKind.InvalidRequest, exception.Kind);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains("Sira:Routes:default:Routing:", Assert.Throws<SiraConfigurationException>(() => configured.Sira).Message, StringComparison.Ordinal);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task RoutingOfTheWrongType_IsAnError_NotIgnored()
    {
        await using var gateway = Gateway();

        var exception = Assert.Throws<RequestFailedException>(() => gateway.Sira.Explain(Hello, new ChatOptions { AdditionalProperties = new() { [RoutingOptions.PropertyName] = "a/m1" } }));

        Assert.Equal(RequestFailureKind.InvalidRequest, exception.Kind);
    }

    [Fact]
    public async Task ARequest_MayNameWhatOnlyOtherRoutesHave()
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), Backends());

        Assert.Equal("a/m1", Open(Explain(gateway, new RoutingOptions { Ignore = ["b", "c/whatever"], Prefer = ["m3"] })));
        Assert.Equal("", Open(Explain(gateway, new RoutingOptions { Only = ["b"] })));
    }

    [Fact]
    public async Task DirectModel_HeedsTheRequestsRouting()
    {
        await using var gateway = Gateway();
        var options = new SiraChatOptions { ModelId = "a/m1", Routing = new RoutingOptions { RequiredTags = new Dictionary<string, string> { ["region"] = "eu" } } };

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, options));

        Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
        Assert.Contains("requires the tag region=eu", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_SaysTheSameAsCode_AndIsTakenOverByReload()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sira:Routes:default:Routing:Only"] = "a, b",
            ["Sira:Routes:default:Routing:RequiredTags:region"] = "eu",
            ["Sira:Routes:default:Routing:MaxOutputPrice"] = "7.5",
            ["Sira:Routes:default:Routing:Strategy"] = "weighted",
            ["Sira:Routes:default:Routing:StreamRecovery:0"] = "Hold",
        }).Build();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2", "c/m3")), configuration, Backends());

        Assert.Equal(("b/m2", "weighted"), (Open(Explain(gateway, null)), Explain(gateway, null).Strategy));

        configuration["Sira:Routes:default:Routing:RequiredTags:region"] = "us";
        configuration["Sira:Routes:default:Routing:MaxOutputPrice"] = "10";
        configuration.Reload();
        Assert.Equal("a/m1", Open(Explain(gateway, null)));

        configuration["Sira:Routes:default:Routing:Only"] = "a, nobody";
        configuration.Reload();
        Assert.Equal("a/m1", Open(Explain(gateway, null)));
    }

    [Fact]
    public async Task StreamRecoveryOfTheRoutesRouting_IsUsed_AndTheRequestsGoesBefore()
    {
        var a = new TestBackend("a");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            a["m1"].Stream(_ => Broken());
            a["m1"].Reply("whole");
        }

        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Routing(new RoutingOptions { StreamRecovery = [StreamRecovery.Hold] })), a);

        Assert.Equal("whole", (await gateway.AskAsync(streaming: true)).Text);
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true, new SiraChatOptions { Routing = new RoutingOptions { StreamRecovery = [] } }));
        Assert.Equal((RequestFailureKind.Incomplete, "who"), (exception.Kind, exception.PartialText));

        static async IAsyncEnumerable<ChatResponseUpdate> Broken()
        {
            await Task.CompletedTask;
            yield return new ChatResponseUpdate(ChatRole.Assistant, "who");
            throw Scripted.Error(BackendErrorKind.Transport);
        }
    }
}
