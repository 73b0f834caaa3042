using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Events;
using Sira.Gateway.Ledger;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Time;
using Sira.Models;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Clients;

public class ShadowTests
{
    private static TestGateway Gateway(TestBackend a, TestBackend b, double percent = 100, int concurrency = 16) => new(
        sira => sira.AddRoute("default", route => route.To("a/m").Budget(usd: 1).Configure(options =>
        {
            options.Shadow.Targets = ["b/m"];
            (options.Shadow.Percent, options.Shadow.MaxConcurrency) = (percent, concurrency);
        })),
        a,
        b);

    private static TestBackend Priced(string name) =>
        new TestBackend(name).With(new ModelDescriptor("m") { Pricing = new ModelPricing { Input = 1000m, Output = 1000m } });

    private static ChatResponse Answer(string text) => new(new ChatMessage(ChatRole.Assistant, text))
    {
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 10 },
    };

    [Fact]
    public async Task MirroredCallThatFails_DoesNotGoToTheFallbacksOfAllRoutes()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m"].Reply(Answer("real"));
        b["m"].Throw(Scripted.Error(BackendErrorKind.ModelNotFound));
        await using var gateway = new TestGateway(
            sira => sira.ConfigureGateway(options => options.DefaultFallbacks.Add("a/spare")).AddRoute("default", route => route.To("a/m").Configure(static options => options.Shadow.Targets = ["b/m"])), a, b);
        var told = new List<ShadowCompleted>();
        gateway.Bus.Subscribe<ShadowCompleted>(told.Add);

        await gateway.AskAsync(streaming: false);
        await gateway.Clock.RunAsync(() => gateway.Sira.DrainAsync());

        Assert.Equal(["b/m"], Assert.Single(told).Decision!.Attempts.Select(static attempt => attempt.Target));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MirroredCall_DoesNotDelay_IsNotBilledToTheCaller_AndIsTold(bool streaming)
    {
        var (a, b) = (Priced("a"), Priced("b"));
        a["m"].Reply(Answer("real"));
        await using var gateway = Gateway(a, b);
        b["m"].Reply(async call =>
        {
            await InlineDelay.WaitAsync(TimeSpan.FromSeconds(5), gateway.Clock, call.CancellationToken);
            return Answer("mirrored");
        });
        var told = new List<ShadowCompleted>();
        gateway.Bus.Subscribe<ShadowCompleted>(told.Add);
        var request = new RequestContext(gateway.Clock.GetTimestamp()) { Tenant = "acme" };
        var before = gateway.Clock.GetUtcNow();

        var response = await gateway.AskAsync(streaming, new SiraChatOptions { Request = request });

        Assert.Equal("real", response.Text);
        Assert.Equal(TimeSpan.Zero, gateway.Clock.GetUtcNow() - before);
        Assert.Empty(told);
        await gateway.Clock.RunAsync(() => gateway.Sira.DrainAsync());
        var shadow = Assert.Single(told);
        Assert.Equal(("mirrored", "default", "b/m"), (shadow.Response!.Text, shadow.Route, shadow.Decision!.Target));
        Assert.Same(request, shadow.Request);
        Assert.Equal((1, 20, 0.02m), (request.Attempts, request.Tokens, request.Cost));
        Assert.Equal(20_000_000_000, gateway.Pool("money").Used);
        var rows = gateway.Sira.Ledger.Query(new LedgerQuery { GroupBy = LedgerDimensions.Route | LedgerDimensions.Tenant });
        Assert.Equal([("default", "acme", 0.02m), ("default.shadow", null, 0.02m)], rows.Select(row => (row.Route, row.Tenant, row.Cost)).Order());
        gateway.AssertIdle();
    }

    [Fact]
    public async Task MirroredCall_ThatFailsOrThrows_IsNobodysTrouble()
    {
        foreach (var failure in new Exception[] { Scripted.Error(BackendErrorKind.BadRequest), new InvalidOperationException("a client that throws") })
        {
            var (a, b) = (Priced("a"), Priced("b"));
            a["m"].Reply(Answer("real"));
            b["m"].Throw(failure);
            await using var gateway = Gateway(a, b);
            var told = new List<ShadowCompleted>();
            gateway.Bus.Subscribe<ShadowCompleted>(told.Add);

            Assert.Equal("real", (await gateway.AskAsync(streaming: false)).Text);
            await gateway.Clock.RunAsync(() => gateway.Sira.DrainAsync());

            Assert.Equal(RequestFailureKind.AttemptsFailed, Assert.Single(told).Failure!.Kind);
            gateway.AssertIdle();
        }
    }

    [Fact]
    public async Task MirroredCall_TakesNoLongerThanTheRouteAllows()
    {
        var (a, b) = (Priced("a"), Priced("b"));
        a["m"].Reply(Answer("real"));
        b["m"].Reply(async call =>
        {
            await Scripted.UntilCancelledAsync(call.CancellationToken);
            return Answer("never");
        });
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m").Timeouts(static timeouts => timeouts.Unary = TimeSpan.FromSeconds(3)).Configure(options => options.Shadow.Targets = ["b/m"])),
            a,
            b);
        var told = new List<ShadowCompleted>();
        gateway.Bus.Subscribe<ShadowCompleted>(told.Add);
        var before = gateway.Clock.GetUtcNow();

        await gateway.AskAsync(streaming: false);
        await gateway.Clock.RunAsync(() => gateway.Sira.DrainAsync());

        Assert.Equal(BackendErrorKind.TotalTimeout, Assert.Single(told).Failure!.BackendError);
        Assert.Equal(TimeSpan.FromSeconds(3), gateway.Clock.GetUtcNow() - before);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task Share_IsKept_AndSoIsTheLimitOfCallsAtOnce()
    {
        var (a, b) = (Priced("a"), Priced("b"));
        a.Client = b.Client = new Testing.DelegateChatClient((_, _) => Task.FromResult(Answer("x")));
        await using (var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Configure(options => (options.Shadow.Targets, options.Shadow.Percent) = (["b/m"], 20))), a, b))
        {
            var told = 0;
            gateway.Bus.Subscribe<ShadowCompleted>(_ => told++);
            for (var i = 0; i < 1000; i++)
            {
                await gateway.AskAsync(streaming: false);
                gateway.Clock.Advance(TimeSpan.FromMilliseconds(1));
            }

            await gateway.Clock.RunAsync(() => gateway.Sira.DrainAsync());
            Assert.InRange(told, 160, 240);
        }

        var mirrored = 0;
        b.Client = new Testing.DelegateChatClient(async (_, token) =>
        {
            mirrored++;
            await Scripted.UntilCancelledAsync(token);
            throw new OperationCanceledException(token);
        });
        await using var bounded = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Configure(options => (options.Shadow.Targets, options.Shadow.MaxConcurrency) = (["b/m"], 3))), a, b);
        for (var i = 0; i < 10; i++)
        {
            await bounded.AskAsync(streaming: false);
            bounded.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(3, mirrored);
    }
}
