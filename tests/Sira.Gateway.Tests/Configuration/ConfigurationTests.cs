using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Gateway.Clients;
using Sira.Gateway.Events;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Tests.Configuration;

public class ConfigurationTests
{
    private static IConfigurationRoot Json(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => "Sira:" + pair.Key, pair => pair.Value)).Build();

    [Fact]
    public async Task File_SaysTheSameAsCode_AndWinsOverIt()
    {
        var a = new TestBackend("a");
        a["m2"].Reply("x");
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m1").Timeouts(timeouts => timeouts.Unary = TimeSpan.FromSeconds(1))),
            Json(("Routes:default:Targets:0", "a/m2"), ("Routes:batch:Targets", "a/m1, a/m2"), ("Routes:batch:Strategy", "weighted"), ("Routes:batch:Weights:a/m1", "2"), ("Routes:batch:Budget:Usd", "1.5"), ("Routes:batch:Budget:Per", "1h"), ("Aliases:quick", "@batch")),
            a);

        Assert.Equal("a/m2", (await gateway.AskAsync(streaming: false)).GetRouteDecision()!.Target);
        Assert.Equal("weighted", gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")], new ChatOptions { ModelId = "quick" }).Strategy);
    }

    [Theory]
    [InlineData("Infinity")]
    [InlineData("1e9")]
    [InlineData("0")]
    public void Weight_ThatBalancersCannotReckonWith_IsAMistake(string weight)
    {
        var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), Json(("Routes:default:Weights:a/m", weight)), new TestBackend("a"));

        var exception = Assert.Throws<SiraConfigurationException>(() => gateway.Sira);

        Assert.Contains($"the weight '{weight}' is not a number above 0 and at most 1000000", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllMistakes_AreShownAtOnce_EachNamingValueAndFix()
    {
        var gateway = new TestGateway(
            sira => sira
                .AddRoute("empty", _ => { })
                .AddRoute("wrong", route => route.To("nope/m1", "plain", "a/m1", "a/m1").Strategy("wieghted").Balancer("p3c").Budget(usd: -5).Budget().Retry(retry => retry.MaxAttempts = 0).Timeouts(timeouts => timeouts.Idle = TimeSpan.Zero))
                .AddAlias("loop", "pool").AddAlias("pool", "loop").AddAlias("lost", "@nowhere"),
            Json(("Routs:x", "1"), ("Routes:typo:Targets", "a/m1"), ("Routes:typo:Straegy", "ordered"), ("Routes:typo:Retry:MaxAttempts", "many"), ("Routes:typo:UnsupportedOptions", "Ignore")),
            new TestBackend("a"));

        var exception = Assert.Throws<SiraConfigurationException>(() => gateway.Sira);

        string[] expected =
        [
            "Sira:Routes:empty:Targets: the route has no target.",
            "unknown backend 'nope'",
            "the target 'plain' is not written 'backend/model'.",
            "the target 'a/m1' is listed 2 times.",
            "unknown strategy 'wieghted'. Did you mean",
            "unknown balancer 'p3c'. Did you mean 'p2c'?",
            "the budget of -5 US dollars is impossible.",
            "a budget limits nothing.",
            "Sira:Routes:wrong:Retry:MaxAttempts: 0 is too small.",
            "Sira:Routes:wrong:Timeouts:Idle",
            "the alias 'loop' leads back to itself.",
            "the alias 'lost' points to '@nowhere'",
            "unknown key 'Routs'. Did you mean 'Routes'?",
            "unknown key 'Straegy'. Did you mean 'Strategy'?",
            "Sira:Routes:typo:Retry:MaxAttempts",
            "Sira:Routes:typo:UnsupportedOptions",
        ];
        Assert.All(expected, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void SameRouteTwice_IsRefused()
    {
        var exception = Assert.Throws<ArgumentException>(() => new TestGateway(sira => sira.AddRoute("x", route => route.To("a/m1")).AddRoute("X", route => route.To("a/m1"))));
        Assert.Contains("was added before", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_ChangesRoutes_WhileRequestsUnderWayFinishOnTheOldOnes()
    {
        var a = new TestBackend("a");
        var configuration = Json(("Routes:default:Targets", "a/old"));
        await using var gateway = new TestGateway(null, configuration, a);
        var versions = new List<long>();
        using var subscription = gateway.Bus.Subscribe<ConfigurationReloaded>(reloaded => versions.Add(reloaded.Version));
        var release = new TaskCompletionSource();
        a["old"].Reply(async _ =>
        {
            await release.Task;
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "from old")) { FinishReason = ChatFinishReason.Stop };
        });
        a["new"].Reply("from new");

        var underWay = gateway.Chat.GetResponseAsync("Hello");
        configuration["Sira:Routes:default:Targets"] = "a/new";
        configuration["Sira:Routes:extra:Targets"] = "a/new";
        configuration.Reload();
        var after = await gateway.Chat.GetResponseAsync("Hello");
        release.SetResult();

        Assert.Equal("from old", (await underWay).Text);
        Assert.Equal("from new", after.Text);
        Assert.True(after.GetRouteDecision()!.SnapshotVersion > (await underWay).GetRouteDecision()!.SnapshotVersion);
        Assert.Contains("extra", gateway.Sira.Routes);
        Assert.NotNull(gateway.Sira.GetChatClient("extra"));
        Assert.NotEmpty(versions);
    }

    [Fact]
    public async Task Reload_WithMistakes_ChangesNothing()
    {
        var a = new TestBackend("a");
        a["m1"].Reply("still here");
        var configuration = Json(("Routes:default:Targets", "a/m1"));
        await using var gateway = new TestGateway(null, configuration, a);
        _ = gateway.Sira;

        configuration["Sira:Routes:default:Targets"] = "gone/m1";
        configuration.Reload();

        Assert.Equal("still here", (await gateway.Chat.GetResponseAsync("Hello")).Text);
    }

    [Fact]
    public async Task Reload_UnderLoad_FailsNoRequest_AndMixesNoSnapshot()
    {
        var a = new TestBackend("a");
        for (var i = 0; i < 4000; i++)
        {
            a["m1"].Reply("x");
            a["m2"].Reply("x");
        }

        var configuration = Json(("Routes:default:Targets", "a/m1"), ("Routes:default:Strategy", "ordered"));
        await using var gateway = new TestGateway(null, configuration, a);
        var chat = gateway.Chat;
        var stop = false;
        var workers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var pairs = new HashSet<(long, string, string)>();
            for (var i = 0; i < 1000 && !Volatile.Read(ref stop); i++)
            {
                var decision = (await chat.GetResponseAsync("Hello")).GetRouteDecision()!;
                pairs.Add((decision.SnapshotVersion, decision.Target!, decision.Strategy));
            }

            return pairs;
        })).ToArray();

        for (var i = 0; i < 100; i++)
        {
            configuration["Sira:Routes:default:Targets"] = i % 2 == 0 ? "a/m2" : "a/m1";
            configuration["Sira:Routes:default:Strategy"] = i % 2 == 0 ? "lowest-cost" : "ordered";
            configuration.Reload();
        }

        Volatile.Write(ref stop, true);
        var seen = (await Task.WhenAll(workers)).SelectMany(pairs => pairs).ToHashSet();
        Assert.All(seen.GroupBy(pair => pair.Item1), version => Assert.Single(version));
    }

    [Fact]
    public async Task WithoutRoutes_TheBackendsDefaultModelsAreTheDefaultRoute()
    {
        var a = new TestBackend("a") { DefaultModel = "m1" };
        var b = new TestBackend("b") { DefaultModel = "m2" };
        await using var gateway = new TestGateway(null, a, b);

        Assert.Equal(["a/m1", "b/m2"], gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")]).Candidates.Select(candidate => candidate.Target));
    }
}
