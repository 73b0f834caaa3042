using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Tests.Support;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Capacity;

/// <summary>What limits, budgets and breakers on this side refuse says nothing of the load of a target, and keeps nobody from the last resort.</summary>
public class HoldBackTests
{
    private static readonly Action<RouteBuilder> NoRetries = static route => route.Retry(static retry => retry.MaxRetriesPerTarget = 0);

    [Fact]
    public async Task CallsThatALimitRefuses_DoNotCountAsRefusedByTheTarget()
    {
        await using var paced = new PacedGateway(NoRetries, static options => options.Limits.Add(new TargetLimitOptions { Target = "a", Concurrency = 2, Throttle = true }));
        paced.A.Failure = static number => number == 0 ? Scripted.Error(BackendErrorKind.Overloaded, 503) : null;
        await paced.AskAsync(streaming: false);

        for (var round = 0; round < 30; round++)
        {
            await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => paced.BeginAsync())));
        }

        Assert.Equal(1 + (30 * 2), paced.A.Calls);
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal("a/m", (await paced.AskAsync(streaming: false)).GetRouteDecision()!.Target);
        }

        paced.AssertIdle();
    }

    [Fact]
    public async Task CallsThatABudgetRefuses_DoNotHoldBackOthers_AndAreToldSo()
    {
        await using var paced = new PacedGateway(NoRetries, static options =>
        {
            options.Limits.Add(new TargetLimitOptions { Target = "a", Throttle = true });
            options.Budgets.Add(new BudgetOptions { Requests = 1, For = BudgetScope.Tenant, Match = "greedy" });
        });
        paced.A.Failure = static number => number == 0 ? Scripted.Error(BackendErrorKind.Overloaded, 503) : null;
        await paced.AskAsync(streaming: false, Of("modest"));
        await paced.AskAsync(streaming: false, Of("greedy"));

        for (var i = 0; i < 200; i++)
        {
            var failure = await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false, Of("greedy")));
            Assert.Equal(RequestFailureKind.BudgetExceeded, failure.Kind);
        }

        var before = paced.A.Calls;
        for (var i = 0; i < 50; i++)
        {
            await paced.AskAsync(streaming: false, Of("modest"));
        }

        Assert.Equal(50, paced.A.Calls - before);
        paced.AssertIdle();

        SiraChatOptions Of(string tenant) => new() { Request = new RequestContext(paced.Gateway.Clock.GetTimestamp()) { Tenant = tenant } };
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task LastResortThatIsFull_LeavesTheNextOne(int queue)
    {
        await using var paced = new PacedGateway(
            route => route.Retry(static retry => retry.MaxRetriesPerTarget = 0).Configure(options => options.Queue.MaxLength = queue),
            static options =>
            {
                options.Limits.Add(new TargetLimitOptions { Target = "a", Concurrency = 1 });
                options.Limits.Add(new TargetLimitOptions { Target = "b", Concurrency = 1 });
                options.Breaker = options.Breaker with { ConsecutiveFailures = 1, BreakDuration = TimeSpan.FromMinutes(1), MaximumBreakDuration = TimeSpan.FromMinutes(1) };
            });
        paced.A.Failure = paced.B.Failure = static number => number == 0 ? Scripted.Error(BackendErrorKind.ServerError, 500) : null;
        await Assert.ThrowsAsync<RequestFailedException>(() => paced.AskAsync(streaming: false));

        // Both are behind open breakers: each is the last resort of one call, and the third finds both full.
        var answers = await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            try
            {
                return (await paced.BeginAsync()).Text;
            }
            catch (RequestFailedException failure)
            {
                return $"{failure.Kind}: {failure.Message[..26]}";
            }
        })));

        Assert.Equal(["hello", "hello", queue > 0 ? "hello" : "Overloaded: Every target of the route "], answers);
        paced.AssertIdle();
    }
}
