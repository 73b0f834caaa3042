using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Events;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Tests.Budgets;

public class BudgetTests
{
    private static TestBackend Priced(string name = "a") => new TestBackend(name)
        .With(new ModelDescriptor("m1") { Pricing = new ModelPricing { Input = 1m, Output = 1000m, CachedInput = 0.5m } })
        .With(new ModelDescriptor("free") { Pricing = new ModelPricing { Input = 0m, Output = 0m } });

    private static ChatResponse Answer(long input, long output, long cached = 0) => new(new ChatMessage(ChatRole.Assistant, "x"))
    {
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output, CachedInputTokenCount = cached },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cost_IsSettledFromActualUsage_StreamedOrNot(bool streaming)
    {
        var a = Priced();
        a["m1"].Reply(Answer(1000, 20, cached: 400));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);

        var decision = (await gateway.AskAsync(streaming)).GetRouteDecision()!;

        Assert.Equal(((600 * 1m) + (400 * 0.5m) + (20 * 1000m)) / 1_000_000m, decision.Cost);
        Assert.False(decision.Attempts[0].IsEstimated);
    }

    [Fact]
    public async Task UnknownPrice_IsNeverZero()
    {
        var a = new TestBackend("a");
        a["m1"].Reply(Answer(10, 10));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);
        var request = new RequestContext(gateway.Clock.GetTimestamp());

        var decision = (await gateway.AskAsync(streaming: false, new SiraChatOptions { Request = request })).GetRouteDecision()!;

        Assert.Null(decision.Cost);
        Assert.Equal((1, 20), (request.UnpricedCalls, request.Tokens));
    }

    [Fact]
    public async Task RouteBudget_Refuses_ThenHasRoomAgainWhenItsWindowHasPassed()
    {
        var a = Priced();
        a["m1"].Reply(Answer(10, 900)).Reply(Answer(10, 10));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Budget(usd: 1, per: TimeSpan.FromHours(1))), a);
        var exhausted = new List<BudgetExhausted>();
        using var subscription = gateway.Bus.Subscribe<BudgetExhausted>(exhausted.Add);

        await gateway.AskAsync(streaming: false);
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));

        Assert.Equal(RequestFailureKind.BudgetExceeded, exception.Kind);
        Assert.Contains("money budget of route 'default'", exception.Message, StringComparison.Ordinal);
        Assert.Single(exhausted);
        Assert.NotNull(exception.RetryAfter);
        gateway.Clock.Advance(exception.RetryAfter.Value);
        Assert.Equal("x", (await gateway.AskAsync(streaming: true)).Text);
    }

    [Fact]
    public async Task SpentBudget_DoesNotHideAFreeFallback()
    {
        var a = Priced();
        a["m1"].Reply(Answer(10, 900));
        a["free"].Reply("from the free one");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").FallBackTo("a/free").Budget(usd: 1)), a);

        await gateway.AskAsync(streaming: false);
        var response = await gateway.AskAsync(streaming: false);

        Assert.Equal("from the free one", response.Text);
        Assert.Equal(DropReason.QuotaExhausted, response.GetRouteDecision()!.Candidates.Single(candidate => candidate.Target == "a/m1").Dropped);
    }

    [Theory]
    [InlineData(UnknownPricePolicy.Allow, true)]
    [InlineData(UnknownPricePolicy.Deny, false)]
    public async Task UnpricedTarget_UnderAMoneyBudget_FollowsPolicy(UnknownPricePolicy policy, bool answered)
    {
        var a = new TestBackend("a");
        a["m1"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Budget(usd: 1).Configure(options => options.UnknownPrice = policy)), a);

        if (answered)
        {
            Assert.Equal("x", (await gateway.AskAsync(streaming: false)).Text);
        }
        else
        {
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false));
            Assert.Contains("price is unknown", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RequestBudget_OfMoney_RulesOutWhatIsTooExpensive()
    {
        var a = Priced();
        a["free"].Reply("free");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "a/free").PerRequest(limits => limits.MaxUsd = 0.01m)), a);

        var decision = (await gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        Assert.Equal("a/free", decision.Target);
        Assert.Equal(DropReason.TooExpensive, decision.Candidates.Single(candidate => candidate.Target == "a/m1").Dropped);
    }

    [Fact]
    public async Task RequestBudget_OfTheCaller_HoldsOnARouteWithoutOne_AndForLaterAttempts()
    {
        var a = Priced();
        a["m1"].Reply(Answer(10, 20));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1")), a);
        var request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxCost = 0.52m });

        await gateway.AskAsync(streaming: false, new SiraChatOptions { Request = request });
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true, new SiraChatOptions { Request = request }));

        Assert.Contains("more than the request may still spend", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestLimitsOfTheRoute_HoldForARequestThatAStageBegan()
    {
        var a = Priced();
        a["m1"].Reply(Answer(10, 20)).Reply(Answer(10, 20));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").PerRequest(limits => limits.MaxAttempts = 2)), a);
        var options = new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp()) };

        await gateway.AskAsync(streaming: false, options);
        await gateway.AskAsync(streaming: true, options);
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, options));

        Assert.Contains("may make 2 attempts", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SharedBudget_HoldsForDirectModelsToo()
    {
        var a = Priced();
        a["m1"].Reply(Answer(1, 1));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/free")).ConfigureGateway(options => options.Budgets.Add(new BudgetOptions { Requests = 1 })), a);

        await gateway.AskAsync(streaming: false, new ChatOptions { ModelId = "a/m1" });
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new ChatOptions { ModelId = "a/m1" }));

        Assert.Contains("request budget of all routes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConcurrentCalls_NeverReserveMoreThanTheBudget()
    {
        var a = Priced();
        var inFlight = 0;
        var most = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < 64; i++)
        {
            a["m1"].Reply(async _ =>
            {
                var now = Interlocked.Increment(ref inFlight);
                InterlockedMax(ref most, now);
                await gate.Task;
                Interlocked.Decrement(ref inFlight);
                return Answer(1, 1);
            });
        }

        // An answer is reckoned at 512 tokens for $1000 a million, so $2 have room for three.
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Budget(usd: 2)), a);
        var calls = Enumerable.Range(0, 64).Select(_ => Task.Run(() => gateway.Chat.GetResponseAsync("Hello"))).ToArray();
        await Task.WhenAll(calls.Select(async call => { try { await call.WaitAsync(TimeSpan.FromMilliseconds(1)); } catch (Exception exception) when (exception is TimeoutException or RequestFailedException) { } }));
        // Not before the three have reached the backend: on a busy machine they may be the last to run.
        while (calls.Count(call => call.IsFaulted) < 61 || Volatile.Read(ref inFlight) < 3)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        gate.SetResult();
        var results = await Task.WhenAll(calls.Select(async call => { try { await call; return true; } catch (RequestFailedException) { return false; } }));
        Assert.Equal((3, 3), (most, results.Count(answered => answered)));

        static void InterlockedMax(ref int target, int value)
        {
            for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            {
                Interlocked.CompareExchange(ref target, value, seen);
            }
        }
    }
}
