using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Ledger;
using Sira.Gateway.Tests.Support;
using Sira.Simulation.Time;
using Sira.Testing.Telemetry;
using static Sira.Gateway.Tests.Ledger.LedgerBackend;

namespace Sira.Gateway.Tests.Ledger;

/// <summary>The ledger and the metrics say the same, over everything that an attempt can become.</summary>
public class LedgerMetricsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ledger_AndMetrics_Agree(bool streaming)
    {
        var a = Priced($"agree-{streaming}");
        using var chat = new MetricCollector("sira.target", a.Name + "/m");
        using var embeddings = new MetricCollector("sira.target", a.Name + "/e");
        a.Embeddings = new Generator(total: 40);
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To(a.Name + "/m").Retry(retry => retry.MaxRetriesPerTarget = 1)).AddEmbeddingRoute("docs", route => route.To(a.Name + "/e")), a);
        using var source = new CancellationTokenSource();
        a["m"].Reply(Answer(Usage()))
            .Reply(Answer(new UsageDetails { OutputTokenCount = 5, TotalTokenCount = 12 }))
            .Reply(Answer(usage: null))
            .Reply(Answer(new UsageDetails { InputTokenCount = -4, OutputTokenCount = long.MaxValue }))
            .Throw(new BackendException(BackendErrorKind.ServerError, "broke late.") { Usage = Usage() }).Throw(Scripted.Error(BackendErrorKind.BadRequest))
            .Reply(async call =>
            {
                await source.CancelAsync();
                call.CancellationToken.ThrowIfCancellationRequested();
                return Answer(Usage());
            });

        for (var i = 0; i < 4; i++)
        {
            await gateway.AskAsync(streaming, For("acme", $"user-{i}"));
        }

        await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming, cancellationToken: source.Token));
        await gateway.Clock.RunAsync(() => gateway.Sira.GetEmbeddingGenerator("docs").GenerateAsync(["one"]));

        AssertSame(gateway, chat, a.Name + "/m", "default", attempts: 7);
        AssertSame(gateway, embeddings, a.Name + "/e", "docs", attempts: 1);
        Assert.DoesNotContain(chat.All.Concat(embeddings.All), one => one.Tags.Values.Any(static value => value is "acme" or "user-0"));
    }

    private static void AssertSame(TestGateway gateway, MetricCollector metrics, string target, string route, int attempts)
    {
        var row = Assert.Single(gateway.Sira.Ledger.Query(new LedgerQuery { Target = target }));
        Assert.Equal((attempts, attempts), (row.Attempts, metrics.Of("gen_ai.client.operation.duration").Count));
        Assert.Equal(row.Answered, metrics.Of("gen_ai.client.operation.duration").Count(static one => !one.Tags.ContainsKey("error.type")));
        Assert.Equal(row.Cancelled, metrics.Of("gen_ai.client.operation.duration").Count(static one => one.Tags.GetValueOrDefault("error.type") is "Cancelled"));
        Assert.Equal(row.InputTokens, Sum("gen_ai.client.token.usage", "input"));
        Assert.Equal(row.OutputTokens, Sum("gen_ai.client.token.usage", "output"));
        Assert.Equal(row.InputTokens, Sum("gen_ai.client.inference.usage.input_tokens"));
        Assert.Equal(row.CachedInputTokens, Sum("gen_ai.client.inference.usage.cache_read.input_tokens"));
        Assert.Equal(row.CacheWriteTokens, Sum("gen_ai.client.inference.usage.cache_write.input_tokens"));
        Assert.Equal(row.OutputTokens, Sum("gen_ai.client.inference.usage.output_tokens"));
        Assert.Equal(row.ReasoningTokens, Sum("gen_ai.client.inference.usage.reasoning.output_tokens"));
        Assert.True(row.Cost > 0);
        Assert.Equal((double)row.Cost, metrics.Of("sira.client.cost").Sum(static one => one.Value), 9);
        Assert.All(metrics.All, one => Assert.Equal(route, one.Tags["sira.route"]));

        long Sum(string instrument, string? type = null) =>
            metrics.Of(instrument).Where(one => type is null || one.Tags["gen_ai.token.type"] is string found && found == type).Sum(static one => (long)one.Value);
    }
}
