using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Routing;
using Sira.Gateway.Strategies;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Kernel.Registry;
using Sira.Pipeline;
using Sira.Testing;

namespace Sira.Gateway.Tests.Routing;

public class HostileRoutingTests
{
    [Fact]
    public async Task StrategyWithoutANumber_RanksLast()
    {
        var a = new TestBackend("a");
        a["m"].Reply("unmeasured");
        var b = new TestBackend("b");
        b["m2"].Reply("measured");
        await using var gateway = new TestGateway(sira => sira.AddStrategy<NotANumber>().AddRoute("default", route => route.To("a/m", "b/m2").Strategy("nan")), a, b);

        Assert.Equal("measured", (await gateway.AskAsync(streaming: false)).Text);
    }

    [Fact]
    public async Task OpenBreaker_IsTheReasonInTheDecision()
    {
        var a = new TestBackend("a");
        a["m"].Throw(new IOException("reset"));
        var b = new TestBackend("b");
        b["m2"].Reply("one").Reply("two");
        await using var gateway = new TestGateway(
            sira => sira
                .AddRoute("default", route => route.To("a/m", "b/m2").Retry(retry => retry.MaxRetriesPerTarget = 0))
                .ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 1 }),
            a,
            b);
        await gateway.AskAsync(streaming: false);

        var decision = (await gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        var skipped = decision.Candidates.Single(candidate => candidate.Target == "a/m");
        Assert.Equal(DropReason.CircuitOpen, skipped.Dropped);
        Assert.Equal("b/m2", decision.Candidates[0].Target);
    }

    [Fact]
    public async Task ModelIdsOfCallers_DoNotFillTheRegistry()
    {
        var a = new TestBackend("a");
        a.Own["m"] = new DelegateChatClient();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), a);

        for (var i = 0; i < 3000; i++)
        {
            gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")], new ChatOptions { ModelId = $"a/made-up-{i}" });
        }

        Assert.InRange(gateway.Services.GetRequiredService<IServiceRegistry>().GetSnapshot("models").Endpoints.Length, 1, 2048);
    }

    [Theory]
    [InlineData("batch", "a/m", "the route 'batch'")]
    [InlineData("auto", "a/m", "'auto'")]
    [InlineData("@x", "a/m", "'@'")]
    [InlineData("x", "@a/m", "'@a/m', which does not exist")]
    [InlineData("x", "@fine", "'@fine', which does not exist")]
    [InlineData("x", "a/e", "embedding model")]
    public void AliasThatCannotWork_IsAStartUpError(string alias, string target, string reason)
    {
        var a = new TestBackend("a").With(new Models.ModelDescriptor("e") { IsEmbedding = true });
        var gateway = new TestGateway(sira => sira.AddRoute("batch", route => route.To("a/m")).AddRoute("default", route => route.To("a/m")).AddAlias("fine", "a/m").AddAlias(alias, target), a);

        Assert.Contains(reason, Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AliasOfAnAlias_WorksHoweverLongTheChain()
    {
        var a = new TestBackend("a");
        a["m"].Reply("fine");
        await using var gateway = new TestGateway(
            sira =>
            {
                sira.AddRoute("default", route => route.To("a/other")).AddAlias("n0", "a/m");
                for (var i = 1; i <= 20; i++)
                {
                    sira.AddAlias($"n{i}", $"n{i - 1}");
                }
            },
            a);

        Assert.Equal("fine", (await gateway.AskAsync(streaming: false, new ChatOptions { ModelId = "N20" })).Text);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("@x")]
    public void RouteNameThatCannotBeAskedFor_IsAStartUpError(string name)
    {
        var gateway = new TestGateway(sira => sira.AddRoute(name, route => route.To("a/m")), new TestBackend("a") { DefaultModel = "m" });

        Assert.Contains($"Sira:Routes:{name}", Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultRouteThatIsNotThere_IsAStartUpError_ListingTheRoutes()
    {
        var gateway = new TestGateway(
            sira => sira.AddRoute("production", route => route.To("a/m")).ConfigureGateway(options => options.DefaultRoute = "prodution"),
            new TestBackend("a") { DefaultModel = "m" });

        var exception = Assert.Throws<SiraConfigurationException>(() => gateway.Sira);

        Assert.Contains("Sira:DefaultRoute", exception.Message, StringComparison.Ordinal);
        Assert.Contains("production", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SameTarget_InAnotherSpelling_IsStillListedTwice()
    {
        var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m", "A/m")), new TestBackend("a"));

        Assert.Contains("listed", Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void EmptyTarget_IsRefusedWhereItIsWritten(string? target)
    {
        Assert.ThrowsAny<ArgumentException>(() => new TestGateway(sira => sira.AddRoute("default", route => route.To(target!)), new TestBackend("a")).Sira);
        Assert.ThrowsAny<ArgumentException>(() => new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").FallBackTo(target!)), new TestBackend("a")).Sira);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(null)]
    public async Task KeyThatIsNoName_IsToldApart(object? key)
    {
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), new TestBackend("a"));

        if (key is null)
        {
            Assert.Same(gateway.Chat, gateway.Services.GetRequiredKeyedService<IChatClient>(key));
        }
        else
        {
            var exception = Assert.Throws<InvalidOperationException>(() => gateway.Services.GetRequiredKeyedService<IChatClient>(key));
            Assert.Contains("route names as keys, not System.Int32", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task KeyedClientOfTheHost_IsNotReplaced()
    {
        var own = new DelegateChatClient();
        await using var gateway = new TestGateway(
            sira =>
            {
                sira.Services.AddKeyedSingleton<IChatClient>("mine", own);
                sira.AddRoute("default", route => route.To("a/m"));
            },
            new TestBackend("a"));

        Assert.Same(own, gateway.Keyed("mine"));
    }

    [Fact]
    public async Task Stages_AreDisposedOnce_WithTheContainer_AndNotByAUser()
    {
        var stage = new Disposable(new DelegateChatClient());
        var gateway = new TestGateway(sira => sira.Use(new ChatStage("mine", (inner, _) => stage.Around(inner))).AddRoute("default", route => route.To("a/m")), new TestBackend("a"));
        gateway.Chat.Dispose();
        Assert.Equal(0, stage.Disposals);

        await gateway.DisposeAsync();

        Assert.Equal(1, stage.Disposals);
    }

    [Fact]
    public void ReloadWithBrokenUserCode_KeepsThePreviousConfiguration()
    {
        var breakNow = false;
        var configuration = (Microsoft.Extensions.Configuration.IConfigurationRoot)new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build();
        var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To(breakNow ? throw new FormatException("user code") : "a/m")),
            configuration,
            new TestBackend("a"));
        Assert.Equal(["default"], gateway.Sira.Routes);
        breakNow = true;

        configuration.Reload();

        Assert.Equal(["default"], gateway.Sira.Routes);
    }

    private sealed class NotANumber : IRoutingStrategy
    {
        public string Name => "nan";

        public double Score(in StrategyContext candidate) => candidate.Target.Name == "a/m" ? double.NaN : 5;

        public string Describe(double score) => "made up";
    }

    private sealed class Disposable(IChatClient inner) : IDisposable
    {
        public int Disposals { get; private set; }

        public IChatClient Around(IChatClient client)
        {
            inner.Dispose();
            return new Stage(client, this);
        }

        public void Dispose() => Disposals++;

        private sealed class Stage(IChatClient client, Disposable owner) : DelegatingChatClient(client)
        {
            protected override void Dispose(bool disposing)
            {
                owner.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
