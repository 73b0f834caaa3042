using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Events;
using Sira.Gateway.Tests.Support;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>A changed configuration changes limits, and gives nothing back that was spent.</summary>
public class BudgetReloadTests
{
    private static (TestGateway Gateway, Action<string, string?> Set) Start(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => "Sira:" + pair.Key, string? (pair) => pair.Value)).Build();
        var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), configuration, Identities.Billing(1, 1));
        return (gateway, (key, value) => configuration["Sira:" + key] = value);
    }

    private static void Reload(TestGateway gateway) => ((IConfigurationRoot)gateway.Configuration!).Reload();

    private static Task AskAsync(TestGateway gateway, string tenant = "t") => gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: tenant));

    [Theory]
    [InlineData(null)]
    [InlineData("Tenant")]
    public async Task AnotherLimitOrKindOfWindow_KeepsWhatWasSpent(string? scope)
    {
        var (gateway, set) = Start(("Budget:Requests", "3"), ("Budget:For", scope ?? "All"));
        await using var _ = gateway;
        await AskAsync(gateway);
        await AskAsync(gateway);

        set("Budget:Requests", "2");
        Reload(gateway);
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"));

        set("Budget:Window", "Fixed");
        Reload(gateway);
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"));

        set("Budget:Requests", "3");
        Reload(gateway);
        await AskAsync(gateway);
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"));
    }

    [Fact]
    public async Task ValueThatGetsAndLosesALimitOfItsOwn_KeepsWhatItHasSpent()
    {
        var (gateway, set) = Start(("Budgets:0:Requests", "2"), ("Budgets:0:For", "Tenant"));
        await using var _ = gateway;
        await AskAsync(gateway);
        await AskAsync(gateway);

        set("Budgets:1:Requests", "3");
        set("Budgets:1:For", "Tenant");
        set("Budgets:1:Match", "t");
        Reload(gateway);
        await AskAsync(gateway);
        Assert.Contains("3 requests of 3 requests", (await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"))).Message, StringComparison.Ordinal);

        set("Budgets:1:Match", "someone else");
        Reload(gateway);
        Assert.Contains("3 requests of 2 requests", (await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"))).Message, StringComparison.Ordinal);

        set("Budgets:1:Match", "t");
        set("Budgets:1:Requests", "4");
        Reload(gateway);
        await AskAsync(gateway);
        await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"));
    }

    [Fact]
    public async Task ConfigurationWithMistakes_ChangesNoLimit()
    {
        var (gateway, set) = Start(("Budget:Requests", "1"));
        await using var _ = gateway;
        await AskAsync(gateway);

        set("Budget:Requests", "100");
        set("Routes:default:Strategy", "nonsense");
        Reload(gateway);

        await Identities.RefusedAsync(gateway, new ChatOptions());
    }

    [Fact]
    public async Task Reload_TellsNoThresholdTwice()
    {
        var (gateway, set) = Start(("Budget:Requests", "4"), ("Budget:Thresholds", "0.5"));
        await using var _ = gateway;
        var told = new List<double>();
        using var subscription = gateway.Bus.Subscribe<BudgetThresholdReached>(reached => told.Add(reached.Share));
        await AskAsync(gateway);
        await AskAsync(gateway);

        set("Budget:Thresholds", "0.5, 0.75");
        Reload(gateway);
        await AskAsync(gateway);
        await AskAsync(gateway);

        Assert.Equal([0.5, 0.75], told);
    }
}
