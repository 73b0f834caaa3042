using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Simulation.Time;
using Sira.Requests;

namespace Sira.Gateway.Tests.Budgets;

/// <summary>A request's own budget, on every way that a call can take.</summary>
public class RequestBudgetTests
{
    private static readonly ModelPricing Dear = new() { Input = 1000m, Output = 1000m };

    private static TestBackend Priced(string name = "a") => new TestBackend(name).With(new ModelDescriptor("m") { Pricing = Dear });

    private static ChatResponse Answer(UsageDetails? usage, string text = "x") => new(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = ChatFinishReason.Stop, Usage = usage };

    [Theory]
    [InlineData(null)]
    [InlineData("a/m")]
    [InlineData("m")]
    [InlineData("alias")]
    public async Task MaxCost_OfTheCaller_HoldsOnEveryWayToAModel(string? modelId)
    {
        var a = Priced();
        a["m"].Reply("too dear");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")).AddAlias("alias", "a/m"), a);
        var request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxCost = 0.001m });

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new SiraChatOptions { Request = request, ModelId = modelId }));

        Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
        Assert.Equal(DropReason.TooExpensive, Assert.Single(exception.Decision!.Candidates).Dropped);
        Assert.Empty(a["m"].Calls);
    }

    [Fact]
    public async Task MaxUsd_IsHeldAgainstEveryAttempt_NotOnlyTheFirst()
    {
        var a = Priced();
        a["m"].Throw(new BackendException(BackendErrorKind.ServerError, "failed, but billed.") { Usage = new UsageDetails { InputTokenCount = 900, OutputTokenCount = 0 } });
        var b = Priced("b");
        b["m"].Reply("beyond the budget");
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m").FallBackTo("b/m").Retry(retry => retry.MaxRetriesPerTarget = 0).PerRequest(limits => limits.MaxUsd = 1)),
            a,
            b);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, new ChatOptions { MaxOutputTokens = 200 }));

        Assert.Equal(DropReason.TooExpensive, exception.Decision!.Candidates.Single(candidate => candidate.Target == "b/m").Dropped);
        Assert.Empty(b["m"].Calls);
    }

    [Fact]
    public async Task RequestWithoutABudget_HasTheRoutesLimits()
    {
        // As the function-calling loop makes them: one request for many calls.
        var a = Priced();
        a["m"].Reply(Answer(new UsageDetails { InputTokenCount = 900, OutputTokenCount = 10 })).Reply("unwanted");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").PerRequest(limits => (limits.MaxUsd, limits.MaxAttempts, limits.MaxTokens) = (100, 7, 905))), a);
        var options = new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp()) };

        await gateway.AskAsync(streaming: false, options);
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, options));

        Assert.Equal(RequestFailureKind.BudgetExceeded, exception.Kind);
    }

    [Fact]
    public async Task RequestWithoutABudget_SharesTheRoutesMaxAttempts()
    {
        var a = new TestBackend("a");
        a["m"].Reply("one").Reply("two").Reply("unwanted");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").PerRequest(limits => limits.MaxAttempts = 2)), a);
        var options = new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp()) };

        await gateway.AskAsync(streaming: false, options);
        await gateway.AskAsync(streaming: false, options);

        Assert.Contains("may make 2 attempts", (await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: false, options))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerWithoutUsage_IsChargedForItsText(bool streaming)
    {
        var a = Priced();
        a["m"].Reply(Answer(null, new string('x', 400)));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), a);

        var decision = (await gateway.AskAsync(streaming)).GetRouteDecision()!;

        var attempt = Assert.Single(decision.Attempts);
        Assert.True(attempt.IsEstimated);
        Assert.Equal((decision.EstimatedInputTokens + 100) * 1000m / 1_000_000m, attempt.Cost);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UsageWithATotalOnly_IsNotFree(bool streaming)
    {
        var a = Priced();
        a["m"].Reply(Answer(new UsageDetails { TotalTokenCount = 500 }));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), a);

        var attempt = Assert.Single((await gateway.AskAsync(streaming)).GetRouteDecision()!.Attempts);

        Assert.Equal(0.5m, attempt.Cost);
    }

    [Theory]
    [InlineData(-5, 10)]
    [InlineData(10, -5)]
    [InlineData(-1, -1)]
    [InlineData(long.MinValue, long.MinValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public async Task ImpossibleUsage_NeverGivesMoneyBack(long input, long output)
    {
        var a = Priced();
        a["m"].Reply(Answer(new UsageDetails { InputTokenCount = input, OutputTokenCount = output }));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(usd: 1000, tokens: 1_000_000)), a);
        var request = new RequestContext(gateway.Clock.GetTimestamp());

        var response = await gateway.AskAsync(streaming: false, new SiraChatOptions { Request = request });

        Assert.Equal("x", response.Text);
        Assert.True(request.Tokens >= 0 && request.Cost >= 0, $"{request.Tokens} tokens, ${request.Cost}");
        gateway.AssertIdle();
    }

    [Fact]
    public async Task StreamCutShort_WithUsageFromItsBeginning_IsChargedForWhatCame()
    {
        var a = Priced();
        a["m"].Stream(
            new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 50, OutputTokenCount = 1 })]),
            new ChatResponseUpdate(ChatRole.Assistant, new string('x', 4000)),
            new ChatResponseUpdate(ChatRole.Assistant, "more"));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(tokens: 1_000_000)), a);

        await gateway.Clock.RunAsync(async () =>
        {
            await foreach (var update in gateway.Chat.GetStreamingResponseAsync("Hello"))
            {
                if (update.Text.Length > 0)
                {
                    break;
                }
            }
        });

        Assert.Equal(1050, gateway.Pool("token").Used);
        gateway.AssertIdle();
    }
}
