using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Simulation.Time;
using Sira.Testing.Telemetry;

namespace Sira.Gateway.Tests.Telemetry;

public class TelemetryTests
{
    private const string Secret = "my secret prompt";

    private static ChatResponse Answer() => new(new ChatMessage(ChatRole.Assistant, "a secret answer"))
    {
        FinishReason = ChatFinishReason.Stop,
        ResponseId = "r-1",
        ModelId = "m-2026",
        Usage = new UsageDetails { InputTokenCount = 11, OutputTokenCount = 5, TotalTokenCount = 16 },
    };

    private static TestBackend Priced(string name) => new TestBackend(name).With(new ModelDescriptor("m") { Pricing = new ModelPricing { Input = 1m, Output = 2m } });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retries_AreSiblingsUnderOneCall_EachWithItsOutcome(bool streaming)
    {
        using var spans = new ActivityCollector();
        var a = Priced("a");
        a["m"].Throw(Scripted.Error(BackendErrorKind.Overloaded, 503)).Throw(Scripted.Error(BackendErrorKind.Truncated));
        var b = Priced("b");
        b["m"].Reply(Answer());
        await using var gateway = new TestGateway(sira => sira.UseTelemetry().AddRoute("default", route => route.To("a/m").FallBackTo("b/m")), a, b);

        await gateway.AskAsync(streaming, text: Secret);

        var outer = Assert.Single(spans.Stopped, span => span.DisplayName == "sira.chat");
        Assert.Equal(spans.Root.SpanId, outer.ParentSpanId);
        var attempts = spans.Stopped.Where(span => span.DisplayName == "chat m").ToArray();
        Assert.All(attempts, span => Assert.Equal((outer.SpanId, ActivityKind.Client), (span.ParentSpanId, span.Kind)));
        Assert.Equal([1, 2, 3], attempts.Select(span => span.GetTagItem("sira.attempt")));
        Assert.Equal(["a/m", "a/m", "b/m"], attempts.Select(span => span.GetTagItem("sira.target")));
        Assert.Equal(["Overloaded", "Truncated", null], attempts.Select(span => span.GetTagItem("error.type")));
        Assert.Equal(503, attempts[0].GetTagItem("http.response.status_code"));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Error, ActivityStatusCode.Unset], attempts.Select(span => span.Status));
        Assert.Equal(streaming, attempts[2].GetTagItem("gen_ai.request.stream"));
        Assert.Equal(("r-1", "m-2026"), (attempts[2].GetTagItem("gen_ai.response.id"), attempts[2].GetTagItem("gen_ai.response.model")));
        Assert.Equal((11L, 5L, 0.000021), (attempts[2].GetTagItem("gen_ai.usage.input_tokens"), attempts[2].GetTagItem("gen_ai.usage.output_tokens"), attempts[2].GetTagItem("sira.cost_usd")));
        Assert.Equal(["stop"], (string[])attempts[2].GetTagItem("gen_ai.response.finish_reasons")!);
        Assert.DoesNotContain("secret", spans.AllText, StringComparison.Ordinal);
        Assert.Same(spans.Root, Activity.Current);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelledAttempt_IsMarked_AndItsCostIsCounted(bool streaming)
    {
        using var spans = new ActivityCollector();
        using var metrics = new MetricCollector("sira.target", $"cancelled-{streaming}/m");
        var a = Priced($"cancelled-{streaming}");
        using var source = new CancellationTokenSource();
        a["m"].Reply(async call =>
        {
            await source.CancelAsync();
            call.CancellationToken.ThrowIfCancellationRequested();
            return Answer();
        });
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To($"{a.Name}/m")), a);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming, cancellationToken: source.Token));

        Assert.Equal("Cancelled", Assert.Single(spans.Stopped).GetTagItem("error.type"));
        Assert.True(Assert.Single(metrics.Of("sira.client.cost")).Value > 0);
        Assert.Equal("Cancelled", Assert.Single(metrics.Of("gen_ai.client.operation.duration")).Tags["error.type"]);
    }

    [Fact]
    public async Task StreamLeftEarly_EndsItsSpan()
    {
        using var spans = new ActivityCollector();
        var a = Priced("a");
        a["m"].Stream(new ChatResponseUpdate(ChatRole.Assistant, "one"), new ChatResponseUpdate(ChatRole.Assistant, "two"));
        await using var gateway = new TestGateway(sira => sira.UseTelemetry().AddRoute("default", route => route.To("a/m")), a);

        await gateway.Clock.RunAsync(async () =>
        {
            await foreach (var _ in gateway.Chat.GetStreamingResponseAsync("Hello"))
            {
                Assert.Same(spans.Root, Activity.Current);
                break;
            }
        });

        Assert.Equal(["chat m", "sira.chat"], spans.Stopped.Select(span => span.DisplayName));
        Assert.Equal("Cancelled", spans.Stopped[0].GetTagItem("error.type"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Metrics_AreFinite_AndCarryTheirTags(bool streaming)
    {
        using var metrics = new MetricCollector("sira.target", $"measured-{streaming}/m");
        var a = Priced($"measured-{streaming}");
        a["m"].Reply(Answer());
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To($"{a.Name}/m")), a);

        await gateway.AskAsync(streaming);

        Assert.All(metrics.All, one => Assert.True(double.IsFinite(one.Value), $"{one.Instrument} is {one.Value}"));
        Assert.Equal(streaming ? 1 : 0, metrics.Of("gen_ai.client.operation.time_to_first_chunk").Count);
        Assert.Equal([("input", 11.0), ("output", 5.0)], metrics.Of("gen_ai.client.token.usage").Select(one => ((string)one.Tags["gen_ai.token.type"]!, one.Value)));
        Assert.Equal(0.000021, Assert.Single(metrics.Of("sira.client.cost")).Value, 12);
        Assert.Equal(a.Name, Assert.Single(metrics.Of("gen_ai.client.operation.duration")).Tags["gen_ai.provider.name"]);
    }

    [Fact]
    public async Task NoListener_NoSpan()
    {
        var a = Priced("a");
        Activity? seen = null;
        a["m"].Reply(_ =>
        {
            seen = Activity.Current;
            return Answer();
        });
        await using var gateway = new TestGateway(sira => sira.UseTelemetry().AddRoute("default", route => route.To("a/m")), a);

        await gateway.AskAsync(streaming: false);

        Assert.True(seen is null || seen.Source.Name != Kernel.Diagnostics.SiraDiagnostics.SourceName || !seen.Recorded);
    }
}
