using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>When what was spent comes back. The clock begins at midnight of the first of January 2026, UTC.</summary>
public class BudgetWindowTests
{
    private static TestGateway Gateway(BudgetOptions budget) => new(sira => sira.AddRoute("default", route => route.To("a/m").Budget(budget)), Identities.Billing(1, 1));

    private static Task AskAsync(TestGateway gateway) => gateway.AskAsync(streaming: false, Identities.Of(gateway, tenant: "t"));

    private static async Task<TimeSpan?> RefusedForAsync(TestGateway gateway) => (await Identities.RefusedAsync(gateway, Identities.Of(gateway, tenant: "t"))).RetryAfter;

    [Theory]
    [InlineData(BudgetScope.All)]
    [InlineData(BudgetScope.Tenant)]
    public async Task Fixed_BeginsEmptyAtTheFullHour(BudgetScope scope)
    {
        await using var gateway = Gateway(new BudgetOptions { Requests = 1, Per = TimeSpan.FromHours(1), Window = BudgetWindow.Fixed, For = scope });
        gateway.Clock.Advance(new TimeSpan(0, 59, 59));

        await AskAsync(gateway);
        Assert.Equal(TimeSpan.FromSeconds(1), await RefusedForAsync(gateway));
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(gateway);
        Assert.Equal(TimeSpan.FromHours(1), await RefusedForAsync(gateway));
    }

    [Theory]
    [InlineData(BudgetScope.All)]
    [InlineData(BudgetScope.Tenant)]
    public async Task Sliding_CountsForItsLengthAcrossTheFullHour(BudgetScope scope)
    {
        await using var gateway = Gateway(new BudgetOptions { Requests = 1, Per = TimeSpan.FromHours(1), For = scope });
        gateway.Clock.Advance(new TimeSpan(0, 59, 59));

        await AskAsync(gateway);
        gateway.Clock.Advance(TimeSpan.FromMinutes(59));
        var wait = await RefusedForAsync(gateway);
        Assert.InRange(wait!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
        gateway.Clock.Advance(wait.Value);
        await AskAsync(gateway);
    }

    [Theory]
    [InlineData(BudgetScope.All)]
    [InlineData(BudgetScope.Tenant)]
    public async Task CalendarMonth_BeginsEmptyOnTheFirst_HoweverLongTheMonthIs(BudgetScope scope)
    {
        await using var gateway = Gateway(new BudgetOptions { Requests = 1, Window = BudgetWindow.CalendarMonth, For = scope });
        gateway.Clock.Advance(new TimeSpan(30, 23, 59, 59));

        await AskAsync(gateway);
        Assert.Equal(TimeSpan.FromSeconds(1), await RefusedForAsync(gateway));
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(gateway);
        Assert.Equal(TimeSpan.FromDays(28), await RefusedForAsync(gateway));
        gateway.Clock.Advance(new TimeSpan(27, 23, 59, 59));
        await RefusedForAsync(gateway);
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(gateway);
    }
}
