using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Ledger;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;
using static Sira.Gateway.Tests.Ledger.LedgerBackend;

namespace Sira.Gateway.Tests.Ledger;

public class LedgerRecordingTests
{
    private static TestGateway Gateway(params TestBackend[] backends) =>
        new(sira => sira.AddRoute("default", route => route.To(backends[0].Name + "/m").FallBackTo([.. backends.Skip(1).Select(backend => backend.Name + "/m")])), backends);

    private static LedgerRow Total(TestGateway gateway) => Assert.Single(gateway.Sira.Ledger.Query(new LedgerQuery()));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_IsEnteredOnce_WithEveryKindOfToken_AndItsDimensions(bool streaming)
    {
        var a = Priced();
        a["m"].Reply(Answer(Usage()));
        await using var gateway = Gateway(a);

        await gateway.AskAsync(streaming, For("acme", "ann", "sales", "key-7"));

        var row = Assert.Single(gateway.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.All }));
        var expected = new LedgerRow
        {
            Day = new DateOnly(2026, 1, 1),
            Tenant = "acme",
            User = "ann",
            Team = "sales",
            Key = "key-7",
            Route = "default",
            Target = "a/m",
            Model = "m",
            FirstDay = new DateOnly(2026, 1, 1),
            LastDay = new DateOnly(2026, 1, 1),
            Attempts = 1,
            Answered = 1,
            InputTokens = 100,
            CachedInputTokens = 60,
            CacheWriteTokens = 10,
            OutputTokens = 20,
            ReasoningTokens = 5,
            TotalTokens = 120,
            Cost = Cost,
        };
        Assert.Equal(expected, row);
        Assert.Same(gateway.Sira.Ledger, gateway.Services.GetRequiredService<IUsageLedger>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FailedAttempts_AreNoCompletions_ButTheirCostCounts(bool streaming)
    {
        var a = Priced();
        a["m"].Throw(new BackendException(BackendErrorKind.ServerError, "broke late.") { Usage = new UsageDetails { InputTokenCount = 7, OutputTokenCount = 0 } }).Throw(Scripted.Error(BackendErrorKind.Overloaded, 503));
        var b = Priced("b");
        b["m"].Reply(Answer(Usage()));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").FallBackTo("b/m").Retry(retry => retry.MaxRetriesPerTarget = 1)), a, b);

        var decision = (await gateway.AskAsync(streaming)).GetRouteDecision()!;

        var rows = gateway.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.Target });
        Assert.Equal(("a/m", 2, 0, 2, 7, 0.000007m), (rows[0].Target, rows[0].Attempts, rows[0].Answered, rows[0].Failed, rows[0].InputTokens, rows[0].Cost));
        Assert.Equal(("b/m", 1, 1, 0, 100, Cost), (rows[1].Target, rows[1].Attempts, rows[1].Answered, rows[1].Failed, rows[1].InputTokens, rows[1].Cost));
        Assert.Equal((3, decision.Cost), (decision.Attempts.Count, Total(gateway).Cost));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelledAttempt_IsToldApart_AndEstimated(bool streaming)
    {
        var a = Priced();
        using var source = new CancellationTokenSource();
        a["m"].Reply(async call =>
        {
            await source.CancelAsync();
            call.CancellationToken.ThrowIfCancellationRequested();
            return Answer(Usage());
        });
        await using var gateway = Gateway(a);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming, cancellationToken: source.Token));

        var row = Total(gateway);
        Assert.Equal((1, 0, 0, 1), (row.Attempts, row.Answered, row.Failed, row.Cancelled));
        Assert.Equal((0, 0, 1), (row.InputTokens, row.OutputTokens, row.EstimatedAttempts));
        Assert.True(row is { EstimatedTokens: > 0, EstimatedCost: > 0 } && row.EstimatedCost == row.Cost && row.EstimatedTokens == row.TotalTokens, $"{row}");
    }

    [Fact]
    public async Task BrokenStream_KeepsWhatWasReportedApartFromWhatWasEstimated()
    {
        var a = Priced();
        a["m"].Stream(
            new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 50, OutputTokenCount = 1 })]),
            new ChatResponseUpdate(ChatRole.Assistant, new string('x', 400)));
        await using var gateway = Gateway(a);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true));

        var row = Total(gateway);
        Assert.Equal((1, 0, 1), (row.Attempts, row.Answered, row.Failed));
        Assert.Equal((50, 1, 1), (row.InputTokens, row.OutputTokens, row.EstimatedAttempts));
        Assert.True(row.EstimatedTokens > 50 && row.TotalTokens == 51 + row.EstimatedTokens, $"{row}");
        Assert.Equal((failure.Decision!.Cost, failure.Decision.Cost), (row.Cost, row.EstimatedCost));
    }

    [Fact]
    public async Task UnknownPrice_IsCounted_NeverAsZero()
    {
        var a = new TestBackend("a");
        a["m"].Reply(Answer(Usage()));
        await using var gateway = Gateway(a);

        await gateway.AskAsync(streaming: false);

        var row = Total(gateway);
        Assert.Equal((1, 1, 0m, 120), (row.Answered, row.UnpricedAttempts, row.Cost, row.TotalTokens));
    }

    [Fact]
    public async Task AnswerWithoutUsage_IsAnswered_AndEstimated()
    {
        var a = Priced();
        a["m"].Reply(Answer(usage: null));
        await using var gateway = Gateway(a);

        var decision = (await gateway.AskAsync(streaming: true)).GetRouteDecision()!;

        var row = Total(gateway);
        Assert.Equal((1, 0, 1, 0), (row.Answered, row.Pending, row.EstimatedAttempts, row.InputTokens));
        Assert.Equal((decision.Cost, decision.Cost), (row.Cost, row.EstimatedCost));
    }

    [Fact]
    public async Task AnswerThatGoesOnInTheBackground_IsPending()
    {
        var a = Priced();
        a.Own["m"] = new Testing.DelegateChatClient((_, _) => Task.FromResult(new ChatResponse { ContinuationToken = ResponseContinuationToken.FromBytes("later"u8.ToArray()) }));
        await using var gateway = Gateway(a);

        await gateway.AskAsync(streaming: false, new ChatOptions { AllowBackgroundResponses = true });

        var row = Total(gateway);
        Assert.Equal((1, 0, 1, 0m, 0, 0), (row.Attempts, row.Answered, row.Pending, row.Cost, row.TotalTokens, row.EstimatedAttempts));
    }

    [Fact]
    public async Task Embeddings_AreEntered_WithTheTotalAsTheirInput()
    {
        var a = Priced();
        a.Embeddings = new Generator(total: 40);
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")).AddEmbeddingRoute("docs", route => route.To("a/e")), a);
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { [RequestContext.PropertyName] = new RequestContext(0) { Tenant = "acme" } } };

        await gateway.Clock.RunAsync(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["one", "two"], options));

        var row = Assert.Single(gateway.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.All }));
        Assert.Equal(("acme", "docs", "a/e", "e"), (row.Tenant, row.Route, row.Target, row.Model));
        Assert.Equal((1, 40, 0, 40, 0, 0.00012m), (row.Answered, row.InputTokens, row.OutputTokens, row.TotalTokens, row.EstimatedTokens, row.Cost));
    }

    [Theory]
    [InlineData(-5L, 20L)]
    [InlineData(10L, -1L)]
    [InlineData(long.MinValue, long.MinValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public async Task ImpossibleCounts_NeverGiveAnythingBack(long input, long output)
    {
        var a = Priced();
        var usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, CachedInputTokenCount = input, ReasoningTokenCount = output };
        usage.SetCacheWriteInputTokens(input);
        a["m"].Reply(Answer(usage));
        await using var gateway = Gateway(a);

        var decision = (await gateway.AskAsync(streaming: false)).GetRouteDecision()!;

        var row = Total(gateway);
        Assert.Equal(decision.Cost, row.Cost);
        Assert.All((long[])[row.InputTokens, row.CachedInputTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens, row.EstimatedTokens], count => Assert.InRange(count, 0, int.MaxValue));
        Assert.True(row.CachedInputTokens + row.CacheWriteTokens <= row.InputTokens && row.ReasoningTokens <= row.OutputTokens, $"{row}");
    }

    [Fact]
    public async Task DisabledLedger_EntersNothing_AndAnswersAllTheSame()
    {
        var a = Priced();
        a["m"].Reply(Answer(Usage()));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")).ConfigureGateway(options => options.Ledger.Enabled = false), a);

        Assert.Equal("x", (await gateway.AskAsync(streaming: false)).Text);

        Assert.Equal(new LedgerRow(), Total(gateway));
    }
}
