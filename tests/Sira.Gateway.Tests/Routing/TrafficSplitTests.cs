using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Events;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Requests;
using Sira.Testing.Telemetry;

namespace Sira.Gateway.Tests.Routing;

public class TrafficSplitTests
{
    private static readonly ChatMessage[] Hello = [new(ChatRole.User, "Hello")];

    private static TestGateway Gateway(TestBackend backend, StickyBy stickyBy, params TrafficArm[] arms) =>
        new(sira => sira.AddRoute("default", route => route.To("a/m1").Configure(options => (options.Split.StickyBy, options.Split.Arms) = (stickyBy, arms))), backend);

    private static TrafficArm Arm(string name, double percent, string target) => new() { Name = name, Percent = percent, Routing = new RoutingOptions { Prefer = [target] } };

    private static string[] Variants(TestGateway gateway, int users = 2000) =>
        [.. Enumerable.Range(0, users).Select(user => gateway.Sira.Explain(Hello, new SiraChatOptions { Request = new RequestContext(0) { User = $"user-{user}" } }).Variant!)];

    [Fact]
    public async Task Canary_GetsItsShare_AndTheControlNeverSeesItsTarget()
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Canary("a/m2", percent: 5)), new TestBackend("a"));

        var decisions = Enumerable.Range(0, 4000).Select(_ => gateway.Sira.Explain(Hello)).ToArray();

        Assert.InRange(decisions.Count(static decision => decision.Variant == "canary"), 150, 250);
        Assert.All(decisions, static decision => Assert.Equal(decision.Variant == "canary" ? "a/m2" : "a/m1", decision.Target));
        var control = decisions.First(static decision => decision.Variant == "control");
        Assert.Equal((DropReason.Excluded, "it belongs to another arm of the traffic split than 'control'"), control.Candidates.Where(static candidate => candidate.Target == "a/m2").Select(static candidate => (candidate.Dropped, candidate.Reason)).Single());
        Assert.Contains("variant   control", control.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ArmThatFails_FallsBackToTheRoutesOwn_ButNotTheOtherWayRound()
    {
        var a = new TestBackend("a");
        await using var gateway = Gateway(a, StickyBy.User, Arm("canary", 50, "a/m2"));
        var variants = Variants(gateway, 50);
        var (inArm, inControl) = (Array.IndexOf(variants, "canary"), Array.IndexOf(variants, "control"));
        a["m2"].Throw(Scripted.Error(BackendErrorKind.ModelNotFound));
        a["m1"].Reply("x").Throw(Scripted.Error(BackendErrorKind.ModelNotFound));

        var response = await gateway.AskAsync(streaming: true, new SiraChatOptions { Request = new RequestContext(0) { User = $"user-{inArm}" } });
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true, new SiraChatOptions { Request = new RequestContext(0) { User = $"user-{inControl}" } }));

        Assert.Equal(["a/m2", "a/m1"], response.GetRouteDecision()!.Attempts.Select(static attempt => attempt.Target));
        Assert.Equal(["a/m1"], exception.Decision!.Attempts.Select(static attempt => attempt.Target));
    }

    [Fact]
    public async Task ARequest_CannotAskForAnArmsTarget()
    {
        await using var gateway = Gateway(new TestBackend("a"), StickyBy.None, Arm("canary", 0, "a/m2"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new SiraChatOptions { Routing = new RoutingOptions { Only = ["a/m2"] } }));

        Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
    }

    [Theory]
    [InlineData(StickyBy.User)]
    [InlineData(StickyBy.Tenant)]
    [InlineData(StickyBy.Conversation)]
    public async Task StickyKey_KeepsItsArm_OverGatewaysAndReloads(StickyBy stickyBy)
    {
        await using var gateway = Gateway(new TestBackend("a"), stickyBy, Arm("b", 50, "a/m2"));
        await using var other = Gateway(new TestBackend("a"), stickyBy, Arm("b", 50, "a/m2"));

        var seen = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            var options = new SiraChatOptions { Request = new RequestContext(0) { User = $"{i}", Tenant = $"{i}", AffinityKey = $"{i}" } };
            var variant = gateway.Sira.Explain(Hello, options).Variant!;
            seen.Add(variant);
            Assert.Equal((variant, variant), (gateway.Sira.Explain(Hello, options).Variant, other.Sira.Explain(Hello, options).Variant));
        }

        Assert.Equal(2, seen.Count);
    }

    // Known assignments: the hash is a promise to tests that run over releases.
    [Fact]
    public async Task Assignment_IsTheSameInEveryVersion()
    {
        await using var gateway = Gateway(new TestBackend("a"), StickyBy.User, Arm("b", 50, "a/m2"));

        Assert.Equal(Expected, string.Concat(Variants(gateway, 32).Select(static variant => variant == "b" ? 'b' : '-')));
    }

    private const string Expected = "bbb-bb-bbbb--b-bb-bb------b-----";

    [Fact]
    public async Task HigherPercentage_OnlyMovesRequestsIntoTheArm()
    {
        var before = Array.Empty<string>();
        foreach (var (b, c, d) in new[] { (5, 10, 10), (20, 10, 10), (20, 30, 10), (20, 30, 25), (40, 30, 25) })
        {
            await using var gateway = Gateway(new TestBackend("a"), StickyBy.User, Arm("b", b, "a/m2"), Arm("c", c, "a/m3"), Arm("d", d, "a/m4"));
            var after = Variants(gateway);
            foreach (var (arm, percent) in new[] { ("b", b), ("c", c), ("d", d) })
            {
                Assert.InRange(after.Count(variant => variant == arm), (percent - 3) * 20, (percent + 3) * 20);
            }

            Assert.All(before.Zip(after), static pair => Assert.True(pair.First == pair.Second || pair.First == "control", $"{pair.First} became {pair.Second}"));
            before = after;
        }
    }

    [Fact]
    public async Task ArmsThatMeet_KeepTheirShares_AndTheRaisedOneLosesNobody()
    {
        await using var before = Gateway(new TestBackend("a"), StickyBy.User, Arm("b", 60, "a/m2"), Arm("c", 20, "a/m3"), Arm("d", 10, "a/m4"));
        await using var after = Gateway(new TestBackend("a"), StickyBy.User, Arm("b", 60, "a/m2"), Arm("c", 20, "a/m3"), Arm("d", 20, "a/m4"));

        var variants = Variants(after);

        Assert.DoesNotContain("control", variants);
        Assert.InRange(variants.Count(static variant => variant == "d"), 340, 460);
        Assert.All(Variants(before).Zip(variants), static pair => Assert.True(pair.First != "d" || pair.Second == "d"));
    }

    [Fact]
    public async Task AnotherName_DealsAnew()
    {
        var options = new[] { "first", "second" }.Select(name => new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m1").Canary("a/m2", 50).Configure(options => (options.Split.Name, options.Split.StickyBy) = (name, StickyBy.User))),
            new TestBackend("a"))).ToArray();

        var same = Variants(options[0], 400).Zip(Variants(options[1], 400)).Count(static pair => pair.First == pair.Second);

        Assert.InRange(same, 150, 250);
        foreach (var gateway in options)
        {
            await gateway.DisposeAsync();
        }
    }

    [Fact]
    public async Task WithoutAKey_TheDrawIsByChance()
    {
        await using var gateway = Gateway(new TestBackend("a"), StickyBy.User, Arm("b", 50, "a/m2"));

        var variants = Enumerable.Range(0, 200).Select(_ => gateway.Sira.Explain(Hello).Variant).ToArray();

        Assert.InRange(variants.Count(static variant => variant == "b"), 70, 130);
    }

    [Fact]
    public async Task RuleArmAndRequest_AddUp()
    {
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m1", "a/m3").FallBackTo("a/m4")
                .Canary("a/m2", percent: 100)
                .When("tenant", "acme", new RoutingOptions { Prefer = ["m3"], AllowFallbacks = false })),
            new TestBackend("a"));
        var options = new SiraChatOptions { Request = new RequestContext(0) { Tenant = "acme" }, Routing = new RoutingOptions { Ignore = ["m1"] } };

        var decision = gateway.Sira.Explain(Hello, options);

        Assert.Equal(("canary", "a/m2"), (decision.Variant, decision.Target));
        Assert.Equal(["a/m2", "a/m3"], decision.Candidates.Where(static candidate => candidate.Dropped is null).Select(static candidate => candidate.Target));
        options.Routing = new RoutingOptions { Prefer = ["m3"] };
        Assert.Equal("a/m3", gateway.Sira.Explain(Hello, options).Target);
    }

    [Fact]
    public async Task Variant_IsOnTheDecision_OfTheEvent_AndOnTheMetrics()
    {
        var a = new TestBackend("a");
        a["m2"].Reply("x");
        await using var gateway = Gateway(a, StickyBy.None, Arm("metered", 100, "a/m2"));
        using var metrics = new MetricCollector("sira.variant", "metered");
        var variants = new List<string?>();
        using var subscription = gateway.Bus.Subscribe<ResponseCompleted>(message => variants.Add(message.Decision.Variant));

        await gateway.AskAsync(streaming: false);

        Assert.Equal(["metered"], variants);
        Assert.Contains(metrics.All, static measured => measured.Instrument == "gen_ai.client.operation.duration");
    }

    [Fact]
    public async Task File_SaysTheSame_AndAReloadStopsTheCanary()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sira:Routes:default:Split:StickyBy"] = "user",
            ["Sira:Routes:default:Split:Arms:0:Name"] = "new",
            ["Sira:Routes:default:Split:Arms:0:Percent"] = "100",
            ["Sira:Routes:default:Split:Arms:0:Routing:Only:0"] = "a/m2",
        }).Build();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), configuration, new TestBackend("a"));

        var decision = gateway.Sira.Explain(Hello);
        Assert.Equal(("new", "a/m2", "the arm 'new' allows only a/m2"), (decision.Variant, decision.Target, decision.Candidates.Single(static candidate => candidate.Target == "a/m1").Reason));

        configuration["Sira:Routes:default:Split:Arms:0:Percent"] = "0";
        configuration.Reload();
        Assert.Equal(("control", "a/m1"), (gateway.Sira.Explain(Hello).Variant, gateway.Sira.Explain(Hello).Target));
    }

    [Theory]
    [InlineData("b")]
    [InlineData("B")]
    [InlineData("m3")]
    [InlineData("b/m3")]
    public async Task AnArm_MayNameAFallback_ByItsBackendOrItsModel(string name)
    {
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m1").FallBackTo("b/m3").Configure(options => options.Split.Arms = [Arm("new", 100, name)])), new TestBackend("a"), new TestBackend("b"));

        Assert.Equal("b/m3", gateway.Sira.Explain(Hello).Target);
    }

    [Fact]
    public void Mistakes_AreToldAtStartUp()
    {
        var gateway = Gateway(new TestBackend("a"), StickyBy.None, Arm("b", 60, "nope/m2"), Arm("B", 50, "a/m2"), Arm("Control", 1, "a/m2"), Arm(" ", double.NaN, "a/m2"));

        var message = Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Message;

        foreach (var expected in new[] { "unknown backend 'nope'", "two arms are named 'B'.", "an arm cannot be named 'Control'", "the arm has no name.", "NaN percent is impossible." })
        {
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }

        Assert.Contains("the arms take 110 percent together.", Assert.Throws<SiraConfigurationException>(() => Gateway(new TestBackend("a"), StickyBy.None, Arm("b", 60, "a/m2"), Arm("c", 50, "a/m2")).Sira).Message, StringComparison.Ordinal);
    }
}
