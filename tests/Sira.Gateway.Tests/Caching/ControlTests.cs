using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Caching.Support;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Testing;
using Sira.Testing.Telemetry;

namespace Sira.Gateway.Tests.Caching;

/// <summary>Who shares answers with whom, and what a request may say about it.</summary>
public class ControlTests
{
    [Theory]
    [InlineData(CacheMode.Default, 2, "answer 1", "answer 1")]
    [InlineData(CacheMode.Bypass, 3, "answer 2", "answer 1")]
    [InlineData(CacheMode.Refresh, 3, "answer 2", "answer 2")]
    [InlineData(CacheMode.ReadOnly, 2, "answer 1", "answer 1")]
    public async Task Mode_SaysWhatIsReadAndWritten(CacheMode mode, int calls, string answer, string after)
    {
        foreach (var streaming in (bool[])[false, true])
        {
            await using var gateway = new CacheGateway();
            await gateway.AskAsync();

            Assert.Equal(answer, (await gateway.AskAsync(options: CacheGateway.With(mode), streaming: streaming)).Text);
            Assert.Equal(after, (await gateway.AskAsync()).Text);

            // What is not there yet.
            await gateway.AskAsync("new", CacheGateway.With(mode), streaming);
            Assert.Equal(calls, gateway.Model.Calls);
            Assert.Equal(mode is CacheMode.Default or CacheMode.Refresh ? CacheOutcome.Hit : CacheOutcome.Miss, (await gateway.AskAsync("new")).GetCacheStatus()!.Outcome);
        }
    }

    [Fact]
    public async Task Control_TravelsInPlainOptionsToo()
    {
        await using var gateway = new CacheGateway();
        await gateway.AskAsync();

        Assert.Equal("answer 2", (await gateway.AskAsync(options: new ChatOptions { AdditionalProperties = new() { [CacheControl.PropertyName] = CacheControl.Refresh } })).Text);
        Assert.Equal(CacheControl.Bypass, CacheControl.Find(new SiraChatOptions { Cache = CacheControl.Bypass }.Clone()));
        Assert.Null((await gateway.AskAsync(options: new SiraChatOptions { Cache = CacheControl.Bypass })).GetCacheStatus());
    }

    [Fact]
    public async Task Tenants_NeverShare_UsersOnDemand()
    {
        foreach (var byUser in (bool[])[false, true])
        {
            await using var gateway = new CacheGateway(cache => cache.PartitionByUser = byUser);
            Assert.Equal("answer 1", (await gateway.AskAsync(options: CacheGateway.Tenant("a", "x"))).Text);
            Assert.Equal("answer 2", (await gateway.AskAsync(options: CacheGateway.Tenant("b", "x"))).Text);
            Assert.Equal("answer 3", (await gateway.AskAsync(options: CacheGateway.Tenant(null, "x"))).Text);
            Assert.Equal("answer 1", (await gateway.AskAsync(options: CacheGateway.Tenant("a", "x"))).Text);
            Assert.Equal(byUser ? "answer 4" : "answer 1", (await gateway.AskAsync(options: CacheGateway.Tenant("a", "y"))).Text);
        }
    }

    [Fact]
    public async Task RequireTenant_LeavesRequestsWithoutOneUncached()
    {
        await using var gateway = new CacheGateway(cache => cache.RequireTenant = true);
        await gateway.AskAsync();
        Assert.Null((await gateway.AskAsync()).GetCacheStatus());
        await gateway.AskAsync(options: CacheGateway.Tenant("a"));
        Assert.Equal(CacheOutcome.Hit, (await gateway.AskAsync(options: CacheGateway.Tenant("a"))).GetCacheStatus()!.Outcome);
        Assert.Equal(3, gateway.Model.Calls);
    }

    [Fact]
    public async Task Routes_DoNotShare()
    {
        await using var gateway = new CacheGateway();
        var other = gateway.Gateway.Keyed("other");
        await gateway.AskAsync();

        Assert.Equal("answer 2", (await Sira.Simulation.Time.VirtualTimeExtensions.RunAsync(gateway.Clock, () => other.GetResponseAsync("What is a bridge?"))).Text);
        Assert.Equal("answer 2", (await other.GetResponseAsync("What is a bridge?")).Text);
        Assert.Equal("other", gateway.Hits.Single().Route);
    }

    [Fact]
    public async Task RequestThatCannotHaveAKey_GoesPastTheCache()
    {
        await using var gateway = new CacheGateway();
        var options = new ChatOptions { AdditionalProperties = new() { ["own"] = new object() } };
        for (var i = 1; i <= 2; i++)
        {
            var response = await gateway.AskAsync(options: options);
            Assert.Equal($"answer {i}", response.Text);
            Assert.Null(response.GetCacheStatus());
        }
    }

    [Fact]
    public async Task PartsOfARequestThatThrow_DoNotFailIt()
    {
        await using var gateway = new CacheGateway();
        var document = System.Text.Json.JsonDocument.Parse("{}");
        var options = new ChatOptions { AdditionalProperties = new() { ["own"] = document.RootElement } };
        document.Dispose();

        Assert.Equal("answer 1", (await gateway.AskAsync(options: options)).Text);
    }

    [Fact]
    public async Task FunctionTools_AreLookedUp_AndAnswersWithoutCallsAreKept()
    {
        await using var gateway = new CacheGateway();
        ChatOptions Options() => new() { Tools = [AIFunctionFactory.Create((string city) => "rain", "get_weather", "The weather.")] };

        await gateway.AskAsync(options: Options());
        Assert.Equal(CacheOutcome.Hit, (await gateway.AskAsync(options: Options())).GetCacheStatus()!.Outcome);
    }

    [Fact]
    public async Task SwitchedOff_TheStageIsTransparent()
    {
        await using var gateway = new CacheGateway(cache => cache.Enabled = false);
        await gateway.AskAsync();
        Assert.Equal("answer 2", (await gateway.AskAsync()).Text);
        Assert.Equal("answer 3", (await gateway.AskAsync(streaming: true)).Text);
        Assert.Empty(gateway.Misses);
    }

    [Fact]
    public async Task Metrics_CountHitsMissesAndWhatIsSkipped()
    {
        var route = "metrics-" + Guid.NewGuid();
        using var collector = new MetricCollector("sira.route", route);
        await using var gateway = new CacheGateway(configure: sira => sira.AddRoute(route, builder => builder.To("a/m")));
        var chat = gateway.Gateway.Keyed(route);
        gateway.Model.Delay = TimeSpan.Zero;

        await chat.GetResponseAsync("x");
        await chat.GetResponseAsync("x");
        await chat.GetResponseAsync("x", new SiraChatOptions { Cache = CacheControl.Bypass });

        Assert.Equal([("miss", null), ("hit", "exact"), ("skip", null)], collector.Of("sira.cache.requests").Select(one => ((string?)one.Tags["sira.cache.outcome"], (string?)one.Tags.GetValueOrDefault("sira.cache.match"))));
    }

    [Fact]
    public async Task WithoutAContainer_ItIsAStageOverAnyClient()
    {
        var inner = new ScriptedChatClient().Reply("one").Reply("two");
        var chat = new SiraPipelineBuilder(inner).UseCache(cache => cache.MaxEntries = 10).Build();

        Assert.Equal("one", (await chat.GetResponseAsync("a")).Text);
        Assert.Equal("one", (await chat.GetResponseAsync("a")).Text);
        Assert.Equal("two", (await chat.GetResponseAsync("b")).Text);
        Assert.Null((await chat.GetResponseAsync("b")).GetCacheStatus()!.Target);
    }
}
