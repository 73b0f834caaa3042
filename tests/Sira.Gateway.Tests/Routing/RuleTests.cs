using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Requests;

namespace Sira.Gateway.Tests.Routing;

public class RuleTests
{
    private static TestGateway Gateway(string condition, string value) =>
        new(sira => sira.AddRoute("default", route => route.To("a/m1", "a/m2").When(condition, value, new RoutingOptions { Prefer = ["m2"] })), new TestBackend("a"));

    private static string? Target(TestGateway gateway, RequestContext request, ChatOptions? options = null, string text = "Hello") =>
        gateway.Sira.Explain([new ChatMessage(ChatRole.User, text)], new SiraChatOptions(options) { Request = request }).Target;

    public static TheoryData<string, string, bool> TextCases => new()
    {
        { "tenant", "acme", true },
        { "Tenant", "other, acme", true },
        { "tenant", "ac*", true },
        { "tenant", "*", true },
        { "tenant", "ACME", false },
        { "tenant", "acm", false },
        { "tenant", "other*", false },
        { "team", "red", true },
        { "team", "blue", false },
        { "user", "u-*", true },
        { "key", "*", false },
        { "tag:plan", "gold", true },
        { "tag:PLAN", "gold", true },
        { "tag:missing", "*", false },
        { "tag:empty", "*", false },
        { "header:X-Region", "eu-*", true },
        { "header:x-region", "us-*", false },
        { "model", "DEFAULT", true },
        { "model", "gpt-*", false },
    };

    [Theory]
    [MemberData(nameof(TextCases))]
    public async Task Text_IsMetExactly_ByPrefix_ByAny_OrByOneOfAList(string condition, string value, bool isMet)
    {
        await using var gateway = Gateway(condition, value);
        var request = new RequestContext(0) { Tenant = "acme", Team = "red", User = "u-7", Tags = new Dictionary<string, string> { ["plan"] = "gold", ["empty"] = "", ["header:x-region"] = "eu-west" } };

        Assert.Equal(isMet ? "a/m2" : "a/m1", Target(gateway, request, new ChatOptions { ModelId = "default" }));
        Assert.Equal("a/m1", Target(gateway, new RequestContext(0)));
    }

    public static TheoryData<string, string, bool> FeatureCases => new()
    {
        { "feature:tools", "true", true },
        { "feature:tools", "*", true },
        { "feature:tools", "false", false },
        { "feature:vision", "true", false },
        { "feature:vision", "false", true },
        { "feature", "vision, tools", true },
        { "feature", "vision|audio", false },
        { "feature:json", "true", true },
        { "feature:schema", "true", false },
        { "feature:Seed", "true", false },
        { "input-tokens", ">2", true },
        { "input-tokens", ">1000", false },
        { "input-tokens", "<= 1000", true },
        { "input-tokens", ">=0", true },
        { "input-tokens", "<1", false },
        { "input-tokens", "1..1000", true },
        { "input-tokens", "1000..2000", false },
    };

    [Theory]
    [MemberData(nameof(FeatureCases))]
    public async Task FeaturesAndTokens_AreMet(string condition, string value, bool isMet)
    {
        await using var gateway = Gateway(condition, value);
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "tool")], ResponseFormat = ChatResponseFormat.Json };

        Assert.Equal(isMet ? "a/m2" : "a/m1", Target(gateway, new RequestContext(0), options, "Some words."));
    }

    [Fact]
    public async Task AllConditionsMustHold_EveryMatchingRuleApplies_InOrder()
    {
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m1", "a/m2", "a/m3").Configure(options => options.Rules =
            [
                new RouteRule { When = { ["tenant"] = "acme", ["team"] = "red" }, Routing = new RoutingOptions { Prefer = ["m2"], Ignore = ["m1"] } },
                new RouteRule { When = { ["tenant"] = "*" }, Routing = new RoutingOptions { Prefer = ["m3"] } },
            ])),
            new TestBackend("a"));

        Assert.Equal("a/m3", Target(gateway, new RequestContext(0) { Tenant = "acme" }));
        var both = gateway.Sira.Explain([new ChatMessage(ChatRole.User, "x")], new SiraChatOptions { Request = new RequestContext(0) { Tenant = "acme", Team = "red" } });
        Assert.Equal("a/m3", both.Target);
        Assert.Equal("rule 1 of the route ignores 'm1'", both.Candidates.Single(static candidate => candidate.Target == "a/m1").Reason);
        Assert.Equal("preferred by rule 2 of the route, number 1", both.Candidates[0].Reason);
        Assert.Equal("a/m1", Target(gateway, new RequestContext(0)));
    }

    [Fact]
    public async Task File_SaysTheSame_TagsAndHeadersIncluded_AndReplacesTheCodesRules()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sira:Routes:default:Rules:0:When:tag:plan"] = "gold",
            ["Sira:Routes:default:Rules:0:When:header:x-region"] = "eu-*, ch",
            ["Sira:Routes:default:Rules:0:Routing:Prefer:0"] = "a/m2",
        }).Build();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "a/m2").When("user", "*", new RoutingOptions { Ignore = ["m1"] })), configuration, new TestBackend("a"));

        Assert.Equal("a/m2", Target(gateway, new RequestContext(0) { Tags = new Dictionary<string, string> { ["plan"] = "gold", ["header:x-region"] = "ch" } }));
        Assert.Equal("a/m1", Target(gateway, new RequestContext(0) { User = "u", Tags = new Dictionary<string, string> { ["plan"] = "gold" } }));

        configuration["Sira:Routes:default:Rules:0:When:tag:plan"] = "silver";
        configuration.Reload();
        Assert.Equal("a/m1", Target(gateway, new RequestContext(0) { Tags = new Dictionary<string, string> { ["plan"] = "gold", ["header:x-region"] = "ch" } }));
    }

    [Fact]
    public void Mistakes_AreToldAtStartUp_AllAtOnce()
    {
        var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m1").Configure(options => options.Rules =
            [
                new RouteRule { When = { ["tennant"] = "x", ["feature:telepathy"] = "true", ["feature:tools"] = "maybe", ["input-tokens"] = "many", ["tag:"] = "x", ["user"] = " , ", ["team"] = "" }, Routing = new RoutingOptions { Prefer = ["b/nope"], Strategy = "wieghted" } },
                new RouteRule(),
            ])),
            new TestBackend("a"));

        var message = Assert.Throws<SiraConfigurationException>(() => gateway.Sira).Message;

        foreach (var expected in new[]
        {
            "Sira:Routes:default:Rules:0:When:tennant: unknown condition 'tennant'. Did you mean 'tenant'?",
            "unknown feature 'telepathy'.",
            "'maybe' does not say whether the feature is used.",
            "Sira:Routes:default:Rules:0:When:input-tokens: 'many' is no comparison of tokens. Write a comparison such as '>8000', '<=500' or '1000..8000'.",
            "unknown condition 'tag:'.",
            "the condition 'user' has no value.",
            "the condition 'team' has no value.",
            "Sira:Routes:default:Rules:0:Routing:Prefer: unknown target 'b/nope'.",
            "Sira:Routes:default:Rules:0:Routing:Strategy: unknown strategy 'wieghted'. Did you mean 'weighted'?",
            "Sira:Routes:default:Rules:1:When: the rule has no condition.",
            "Sira:Routes:default:Rules:1:Routing: the rule changes nothing.",
        })
        {
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }
    }
}
