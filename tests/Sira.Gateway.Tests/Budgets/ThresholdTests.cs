using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Events;
using Sira.Gateway.Routing;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Resources;
using Sira.Requests;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>Shares of a budget that are told when they are reached.</summary>
public class ThresholdTests
{
    private static TestGateway Gateway(params BudgetOptions[] budgets) => new(
        sira => sira.AddRoute("default", route =>
        {
            route.To("a/m");
            foreach (var budget in budgets)
            {
                route.Budget(budget);
            }
        }),
        Identities.Billing(5, 5));

    private static IReadOnlyList<RoutingOptions> InForce(TestGateway gateway, string? tenant = null)
    {
        var budgets = gateway.Services.GetRequiredService<GatewaySnapshots>().Current.Routes["default"].Budgets;
        budgets.TryGetRoutingInForce(new RequestContext(0) { Tenant = tenant }, out var routing);
        return routing;
    }

    [Theory]
    [InlineData(BudgetScope.All, null)]
    [InlineData(BudgetScope.Tenant, "t")]
    public async Task EachShare_IsToldOnceForEachWindow(BudgetScope scope, string? value)
    {
        await using var gateway = Gateway(new BudgetOptions { Requests = 10, Per = TimeSpan.FromHours(1), Window = BudgetWindow.Fixed, For = scope, Thresholds = [1, 0.5, 0.75] });
        var told = new List<BudgetThresholdReached>();
        using var subscription = gateway.Bus.Subscribe<BudgetThresholdReached>(told.Add);
        for (var window = 1; window <= 3; window++)
        {
            for (var i = 0; i < 10; i++)
            {
                await gateway.AskAsync(streaming: i % 2 == 0, Identities.Of(gateway, tenant: "t"));
            }

            await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"));
            Assert.Equal(3 * window, told.Count);
            Assert.Equal([(0.5, 5m), (0.75, 8m), (1, 10m)], told.TakeLast(3).Select(reached => (reached.Share, reached.Used)));
            gateway.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.All(told, reached => Assert.Equal((scope, value, 10m, "requests"), (reached.Scope, reached.Value, reached.Limit, reached.Unit)));
        Assert.All(told, reached => Assert.Contains("request budget", reached.Budget, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OneLargeBill_TellsEveryShareThatItPasses_InTheirOrder()
    {
        await using var gateway = Gateway(new BudgetOptions { Tokens = 10, Thresholds = [0.9, 0.1] });
        var told = new List<double>();
        using var subscription = gateway.Bus.Subscribe<BudgetThresholdReached>(reached => told.Add(reached.Share));

        await gateway.AskAsync(streaming: false, new ChatOptions { MaxOutputTokens = 1 }, text: "");

        Assert.Equal([0.1, 0.9], told);
    }

    [Fact]
    public async Task ReservationsThatComeAndGo_TellNothing()
    {
        // Each reserves most of the budget, and is billed next to nothing.
        await using var gateway = Gateway(new BudgetOptions { Tokens = 600, Thresholds = [0.5] });
        var told = 0;
        using var subscription = gateway.Bus.Subscribe<BudgetThresholdReached>(_ => told++);

        for (var i = 0; i < 8; i++)
        {
            await gateway.AskAsync(streaming: false);
        }

        Assert.Equal(0, told);
        Assert.Equal(80, gateway.Pool("token").Used);
    }

    [Fact]
    public void ManyThreads_TellEachShareOnce()
    {
        // Below the gateway, so that nothing but the watch and the pool takes time: amounts reserved are ten times what is settled.
        for (var round = 0; round < 50; round++)
        {
            using var bus = new Sira.Kernel.Messaging.MessageBus();
            var told = new System.Collections.Concurrent.ConcurrentBag<double>();
            using var subscription = bus.Subscribe<BudgetThresholdReached>(reached => told.Add(reached.Share));
            var registry = new ResourcePoolRegistry(TimeProvider.System);
            var pools = new BudgetPools(registry, new ResourceScheduler());
            var budget = Assert.Single(BudgetPools.Create("test", [new BudgetOptions { Tokens = 100_000, Thresholds = [0.25, 0.5, 0.75] }], "x", new()));
            pools.Open([budget]);
            var pool = new RouteBudgets([budget]).PoolsOf(new RequestContext(0))[0];

            Parallel.For(0, 8, _ =>
            {
                var scheduler = new ResourceScheduler();
                for (var i = 0; i < 1000; i++)
                {
                    pool.Watch!.Begin(100);
                    if (scheduler.TryReserve([new ResourceRequest(pool.Pool, 100)], out var reservation, out var _))
                    {
                        reservation.Settle([10]);
                    }

                    pool.Watch.End(100);
                    pool.Watch.Update(pool, bus);
                }
            });

            Assert.Equal([0.25, 0.5, 0.75], told.Order());
        }
    }

    [Fact]
    public async Task WhenReached_IsInForceFromTheLowestShareUntilItIsLeft()
    {
        var thrifty = new RoutingOptions { Strategy = "lowest-cost" };
        await using var gateway = Gateway(new BudgetOptions { Requests = 4, Per = TimeSpan.FromHours(1), Window = BudgetWindow.Fixed, For = BudgetScope.Tenant, Thresholds = [0.9, 0.5], WhenReached = thrifty });

        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t"));
        Assert.Empty(InForce(gateway, "t"));
        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t"));
        Assert.Same(thrifty, Assert.Single(InForce(gateway, "t")));
        Assert.Empty(InForce(gateway, "another"));

        // Left without a call.
        gateway.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(InForce(gateway, "t"));
        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t"));
        Assert.Empty(InForce(gateway, "t"));
        await gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t"));
        Assert.Single(InForce(gateway, "t"));
    }

    [Fact]
    public async Task ReleasedReservations_AreForgotten()
    {
        // The second attempt is refused by the request's own budget after the shared one was reserved.
        await using var gateway = Gateway(new BudgetOptions { Tokens = 1000, Thresholds = [0.04] });
        var told = 0;
        using var subscription = gateway.Bus.Subscribe<BudgetThresholdReached>(_ => told++);
        var request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxAttempts = 2 });
        for (var i = 0; i < 4; i++)
        {
            await Record.ExceptionAsync(() => gateway.AskAsync(streaming: false, new SiraChatOptions { Request = request }));
        }

        Assert.Equal((20, 0), ((int)gateway.Pool("token").Used, told));
        await gateway.AskAsync(streaming: false);
        await gateway.AskAsync(streaming: false);
        Assert.Equal((40, 1), ((int)gateway.Pool("token").Used, told));
    }
}
