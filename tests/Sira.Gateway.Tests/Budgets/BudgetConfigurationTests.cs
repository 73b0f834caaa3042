using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Requests;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>Code and file say the same of budgets, and every mistake is told.</summary>
public class BudgetConfigurationTests
{
    [Fact]
    public void File_SaysTheSameAsCode()
    {
        var section = Json("""
            { "Sira": { "Budgets": [ {
                "Usd": 5, "Tokens": 100, "Requests": 7, "Per": "1h", "Window": "fixed", "For": "tag", "Tag": "project", "Match": "x", "Strict": true, "Thresholds": [ 0.8, 0.95 ],
                "WhenReached": {
                    "Strategy": "lowest-cost", "Balancer": "ordered", "Only": [ "a/m" ], "Ignore": "b", "Prefer": "c, d", "MaxInputPrice": 1, "MaxOutputPrice": 2.5, "RequiredTags": { "region": "eu" },
                    "RequireParameters": true, "AllowFallbacks": false, "Hedge": false, "StreamRecovery": [ "Restart" ] } } ] } }
            """).GetSection("Sira");
        var budgets = new List<BudgetOptions> { new() { Requests = 1 } };
        var errors = new ConfigurationErrors();

        BudgetOptionsReader.Apply(new ConfigurationReader(section, errors), budgets);

        Assert.Empty(errors.Items);
        var read = Assert.Single(budgets);
        var expected = new BudgetOptions
        {
            Usd = 5, Tokens = 100, Requests = 7, Per = TimeSpan.FromHours(1), Window = BudgetWindow.Fixed, For = BudgetScope.Tag, Tag = "project", Match = "x", Strict = true, Thresholds = [0.8, 0.95],
            WhenReached = new RoutingOptions
            {
                Strategy = "lowest-cost", Balancer = "ordered", Only = ["a/m"], Ignore = ["b"], Prefer = ["c", "d"], MaxInputPrice = 1, MaxOutputPrice = 2.5m, RequiredTags = new Dictionary<string, string> { ["region"] = "eu" },
                RequireParameters = true, AllowFallbacks = false, Hedge = false, StreamRecovery = [StreamRecovery.Restart],
            },
        };
        Assert.Equivalent(expected, read, strict: true);

        // A property that this test does not set would equal itself.
        Assert.All(typeof(BudgetOptions).GetProperties(), property => Assert.NotEqual(property.GetValue(new BudgetOptions()), property.GetValue(read)));
        Assert.All(typeof(RoutingOptions).GetProperties().Where(property => !property.GetMethod!.IsStatic), property => Assert.NotNull(property.GetValue(read.WhenReached)));
    }

    [Theory]
    [InlineData("""{ "Requests": 1, "For": "Tag" }""", "counts by tag, but does not say by which")]
    [InlineData("""{ "Requests": 1, "Tag": "project" }""", "the tag 'project' is named, but the budget does not count by tag")]
    [InlineData("""{ "Requests": 1, "Match": "acme" }""", "the value 'acme' to match is not that of anything")]
    [InlineData("""{ "Requests": 1, "Thresholds": [ 1.5 ] }""", "the threshold 1.5 is no share of a budget")]
    [InlineData("""{ "Requests": 1, "Thresholds": [ 0 ] }""", "the threshold 0 is no share of a budget")]
    [InlineData("""{ "Requests": 1, "Thresholds": "most" }""", "'most' is not a number")]
    [InlineData("""{ "Requests": 1, "WhenReached": { "Strategy": "lowest-cost" } }""", "WhenReached is set without a threshold")]
    [InlineData("""{ "Requests": 1, "WhenReached": { "Strategie": "lowest-cost" } }""", "Did you mean 'Strategy'?")]
    [InlineData("""{ "Requests": 1, "Thresholds": 0.5, "WhenReached": { "Strategy": "cheapest" } }""", "unknown strategy 'cheapest'")]
    [InlineData("""{ "Requests": 1, "Thresholds": 0.5, "WhenReached": { "Balancer": "p3c" } }""", "Did you mean 'p2c'?")]
    [InlineData("""{ "Requests": 1, "Thresholds": 0.5, "WhenReached": { "Only": "nobody" } }""", "unknown target 'nobody'")]
    [InlineData("""{ "Requests": 1, "Thresholds": 0.5, "WhenReached": { "Prefer": "nobody/x" } }""", "unknown target 'nobody/x'")]
    [InlineData("""{ "Requests": 1, "Thresholds": 0.5, "WhenReached": { "Ignore": "a, no-model" } }""", "unknown target 'no-model'")]
    [InlineData("""{ "Requests": 1, "For": "Tennant" }""", "Did you mean 'Tenant'?")]
    [InlineData("""{ "Requests": 1, "Window": "Rolling" }""", "unknown value 'Rolling'")]
    [InlineData("""{ "Requests": 1, "Per": "400d" }""", "the budget's window of 400d is impossible")]
    public void Mistake_IsTold(string budget, string expected)
    {
        using var gateway = Gateway(Json($$"""{ "Sira": { "Budget": {{budget}} } }"""));

        Assert.Contains(expected, Assert.Throws<SiraConfigurationException>(() => gateway.Value.Sira).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SameBudgetTwice_IsToldOnce_AndDifferentOnesAreNot()
    {
        using var twice = Gateway(Json("""{ "Sira": { "Budgets": [ { "Requests": 1, "For": "User" }, { "Requests": 2, "Tokens": 5, "For": "User", "Window": "Fixed" } ] } }"""));
        Assert.Contains("there are 2 budgets of the same: request budget of user '{key}' on all routes per 1d", Assert.Throws<SiraConfigurationException>(() => twice.Value.Sira).Message, StringComparison.Ordinal);

        using var different = Gateway(Json("""{ "Sira": { "Budgets": [ { "Requests": 1, "For": "User" }, { "Requests": 1, "For": "User", "Match": "x" }, { "Requests": 2, "For": "User", "Per": "1h" }, { "Requests": 2, "For": "Tag", "Tag": "a" }, { "Requests": 2, "For": "Tag", "Tag": "b" } ] } }"""));
        Assert.NotNull(different.Value.Sira);
    }

    [Theory]
    [InlineData("""{ "UnknownPrice": "Estimate" }""", "no estimate is set")]
    [InlineData("""{ "UnknownPriceEstimate": { "Input": 1, "Output": 1 } }""", "is set, but not used")]
    [InlineData("""{ "UnknownPrice": "Estimate", "UnknownPriceEstimate": { "Input": 1 } }""", "an unknown price is never zero")]
    [InlineData("""{ "Routes": { "default": { "UnknownPrice": "Estimate", "UnknownPriceEstimate": { "Input": 0, "Output": 1 } } } }""", "an unknown price is never zero")]
    [InlineData("""{ "Routes": { "default": { "UnknownPrice": "Estimate", "UnknownPriceEstimate": { "Inptu": 1, "Output": 1 } } } }""", "Did you mean 'Input'?")]
    public void MistakeOfAnUnknownPrice_IsTold(string sira, string expected)
    {
        using var gateway = Gateway(Json($$"""{ "Sira": {{sira}} }"""));

        Assert.Contains(expected, Assert.Throws<SiraConfigurationException>(() => gateway.Value.Sira).Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Json(string json) => JsonText.ToConfiguration(json);

    private static Disposing Gateway(IConfigurationRoot configuration) => new(new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), configuration, Identities.Billing(1, 1)));

    private sealed record Disposing(TestGateway Value) : IDisposable
    {
        public void Dispose() => Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
