using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Tests.Routing;

public class ContextWindowTests
{
    public static TheoryData<string, Action<RouteBuilder>, ContextWindow> Routes => new()
    {
        { "one", static route => route.To("a/large"), new(100_000, 90_000, true) },
        { "the smallest of two", static route => route.To("a/large", "a/small"), new(1_000, 500, true) },
        { "a smaller window and the longer answer of another", static route => route.To("a/large", "a/talker"), new(100_000, 70_000, true) },
        { "a fallback", static route => route.To("a/large").FallBackTo("a/small"), new(1_000, 500, true) },
        { "a lesser model", static route => route.To("a/large").DegradeTo("a/small"), new(1_000, 500, true) },
        { "a fallback for refusals", static route => route.To("a/large").FallBackOnContentPolicy("a/small"), new(1_000, 500, true) },
        { "a larger fallback for what is too long", static route => route.To("a/small").FallBackOnContextLength("a/large", "a/talker"), new(100_000, 70_000, true) },
        { "a smaller fallback for what is too long", static route => route.To("a/large").FallBackOnContextLength("a/small"), new(100_000, 90_000, true) },
        { "a fallback for what is too long that nobody knows", static route => route.To("a/large").FallBackOnContextLength("a/unknown"), new(100_000, 90_000, true) },
        { "one that nobody knows", static route => route.To("a/large", "a/unknown"), new(100_000, 90_000, false) },
        { "none that anybody knows", static route => route.To("a/unknown"), new(null, null, false) },
        { "one whose longest answer nobody knows", static route => route.To("a/silent"), new(50_000, 46_000, true) },
        { "one that the route excludes", static route => route.To("a/large", "a/small").Routing(new RoutingOptions { Ignore = ["a/small"] }), new(100_000, 90_000, true) },
        { "the arm of a split", static route => route.To("a/large").Canary("a/small", 1), new(1_000, 500, true) },
        { "one that a rule excludes for some", static route => route.To("a/large", "a/small").When("tenant", "acme", new RoutingOptions { Ignore = ["a/small"] }), new(1_000, 500, true) },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Find_HoldsForWhateverTheRouteLeadsTo(string name, Action<RouteBuilder> route, ContextWindow expected)
    {
        await using var gateway = Create(route);

        Assert.True(expected == gateway.Find(options: null), name);
    }

    [Theory]
    [InlineData("a/small", 1_000L)]
    [InlineData("@default", 100_000L)]
    [InlineData("little", 1_000L)]
    [InlineData("auto", 100_000L)]
    [InlineData("no/such", null)]
    public async Task Find_GoesByTheNameThatTheCallAsksFor(string model, long? tokens)
    {
        await using var gateway = Create(static route => route.To("a/large"));

        Assert.Equal(tokens, gateway.Find(new ChatOptions { ModelId = model }).Tokens);
    }

    [Fact]
    public async Task Find_GoesByTheRouteOfTheClient()
    {
        await using var gateway = Create(static route => route.To("a/large"));

        Assert.Equal(1_000, ((IContextWindowSource)gateway.Sira.GetChatClient("other").GetService(typeof(IContextWindowSource))!).Find(null).Tokens);
    }

    [Fact]
    public async Task Find_LeavesOutWhatTheRequestDoes()
    {
        await using var gateway = Create(static route => route.To("a/large", "a/small").FallBackTo("a/unknown"));

        Assert.Equal(new ContextWindow(100_000, 90_000, true), gateway.Find(new SiraChatOptions { Routing = new RoutingOptions { Ignore = ["a/small"], AllowFallbacks = false } }));
        Assert.Equal(default, gateway.Find(new SiraChatOptions { Routing = new RoutingOptions { Only = ["no/such"] } }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a/small")]
    public async Task Find_KnownName_AllocatesNothing(string? model)
    {
        await using var gateway = Create(static route => route.To("a/large").FallBackTo("a/small"));
        var options = new ChatOptions { ModelId = model };
        var client = gateway.Sira.GetChatClient();
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            ((IContextWindowSource)client.GetService(typeof(IContextWindowSource))!).Find(options);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static WindowGateway Create(Action<RouteBuilder> route)
    {
        var backend = new TestBackend("a")
            .With(new ModelDescriptor("large") { ContextWindow = 100_000, MaxOutputTokens = 10_000 })
            .With(new ModelDescriptor("talker") { ContextWindow = 120_000, MaxOutputTokens = 50_000 })
            .With(new ModelDescriptor("small") { ContextWindow = 1_000, MaxOutputTokens = 1_000 })
            .With(new ModelDescriptor("silent") { ContextWindow = 50_000 })
            .With(new ModelDescriptor("unknown"));
        return new WindowGateway(new TestGateway(sira => sira.AddRoute("default", route).AddRoute("other", static other => other.To("a/small")).ConfigureGateway(static options => options.Aliases["little"] = "a/small"), backend));
    }

    private sealed class WindowGateway(TestGateway gateway) : IAsyncDisposable
    {
        public ISira Sira => gateway.Sira;

        public ContextWindow Find(ChatOptions? options) => ((IContextWindowSource)Sira.GetChatClient().GetService(typeof(IContextWindowSource))!).Find(options);

        public ValueTask DisposeAsync() => gateway.DisposeAsync();
    }
}
