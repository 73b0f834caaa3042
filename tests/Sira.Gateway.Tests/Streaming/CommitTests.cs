using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Time;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Streaming;

public class CommitTests
{
    private static readonly Action<Sira.Kernel.Builder.ISiraBuilder> TwoTargets = sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2"));

    private static ChatResponseUpdate Text(string text) => new(ChatRole.Assistant, text);

    private static ChatResponseUpdate Finish() => new() { FinishReason = ChatFinishReason.Stop };

    private static ChatResponseUpdate Lifecycle() => new(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 3 })]);

    private static async IAsyncEnumerable<ChatResponseUpdate> Then(Exception exception, params ChatResponseUpdate[] updates)
    {
        foreach (var update in updates)
        {
            yield return update;
        }

        await Task.CompletedTask;
        throw exception;
    }

    [Fact]
    public async Task FailureBeforeFirstToken_IsInvisible()
    {
        var a = new TestBackend("a");
        a["m1"].Stream(_ => Then(Scripted.Error(BackendErrorKind.Truncated), Lifecycle(), Text(string.Empty)));
        var b = new TestBackend("b");
        b["m2"].Stream(Text("whole "), Text("answer"), Finish());
        await using var gateway = new TestGateway(TwoTargets, a, b);

        var updates = await gateway.Clock.RunAsync(async () => await gateway.Chat.GetStreamingResponseAsync("Hello").ToListAsync());

        Assert.Equal("whole answer", string.Concat(updates.Select(update => update.Text)));
        Assert.DoesNotContain(updates, update => update.Contents.OfType<UsageContent>().Any());
        Assert.Equal([BackendErrorKind.Truncated, null], updates[^1].GetRouteDecision()!.Attempts.Select(attempt => attempt.Error));
    }

    [Fact]
    public async Task FailureAfterFirstToken_IsTyped_AndCarriesThePart()
    {
        var a = new TestBackend("a");
        a["m1"].Stream(_ => Then(new IOException("cut"), Text("half "), Text("an ans")));
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));
        var delivered = new List<string>();

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.Clock.RunAsync(async () =>
        {
            await foreach (var update in gateway.Chat.GetStreamingResponseAsync("Hello"))
            {
                delivered.Add(update.Text);
            }
        }));

        Assert.Equal(RequestFailureKind.Incomplete, exception.Kind);
        Assert.Equal("half an ans", exception.PartialText);
        Assert.Equal(exception.PartialText, string.Concat(delivered));
        Assert.Equal(BackendErrorKind.Transport, exception.BackendError);
        Assert.Single(exception.Decision!.Attempts);
    }

    [Theory]
    [InlineData(BackendErrorKind.ServerError)]
    [InlineData(BackendErrorKind.Transport)]
    [InlineData(BackendErrorKind.MalformedResponse)]
    public async Task StreamThatBreaksAfterOutput_IsBilledForIt_WhateverBrokeIt(BackendErrorKind kind)
    {
        var a = new TestBackend("a").With(new Models.ModelDescriptor("m1") { Pricing = new Models.ModelPricing { Input = 1m, Output = 10m } });
        a["m1"].Stream(_ => Then(Scripted.Error(kind), Text("forty tokens of an answer that broke off in the middle")));
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true));

        var attempt = Assert.Single(exception.Decision!.Attempts);
        Assert.True(attempt.Cost > 0);
        Assert.True(attempt.IsEstimated);
    }

    [Fact]
    public async Task StreamWithoutFinishReason_IsTruncated()
    {
        var a = new TestBackend("a");
        a["m1"].Stream(Text("looks "), Text("whole"));
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true));

        Assert.Equal((RequestFailureKind.Incomplete, BackendErrorKind.Truncated, "looks whole"), (exception.Kind, exception.BackendError, exception.PartialText));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BackendWithoutFinishReasons_IsTakenAtItsWord_WhereConfigured(bool streaming)
    {
        var a = new TestBackend("a") { RequiresFinishReason = false };
        a["m1"].Stream(Text("done"));
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        Assert.Equal("done", (await gateway.AskAsync(streaming)).Text);
    }

    [Fact]
    public async Task UnaryWithoutFinishReason_FallsOver()
    {
        var a = new TestBackend("a");
        a["m1"].Reply(new ChatResponse(new ChatMessage(ChatRole.Assistant, "cut o")));
        var b = new TestBackend("b");
        b["m2"].Reply("whole");
        await using var gateway = new TestGateway(TwoTargets, a, b);

        Assert.Equal("whole", (await gateway.AskAsync(streaming: false)).Text);
    }

    [Fact]
    public async Task EmptyAnswerWithFinishReason_IsAnAnswer()
    {
        var a = new TestBackend("a");
        a["m1"].Stream(Lifecycle(), new ChatResponseUpdate { FinishReason = ChatFinishReason.ContentFilter });
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        var response = await gateway.AskAsync(streaming: true);

        Assert.Equal((string.Empty, ChatFinishReason.ContentFilter, 3), (response.Text, response.FinishReason, response.Usage!.InputTokenCount));
    }

    [Fact]
    public async Task LifecycleFlood_IsLetThrough_BeforeItFillsMemory()
    {
        var a = new TestBackend("a");
        a["m1"].Stream([.. Enumerable.Range(0, 100).Select(_ => new ChatResponseUpdate { Role = ChatRole.Assistant }), Text("late"), Finish()]);
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));

        var updates = await gateway.Clock.RunAsync(async () => await gateway.Chat.GetStreamingResponseAsync("Hello").ToListAsync());

        Assert.Equal(103, updates.Count);
        Assert.Equal("late", updates.ToChatResponse().Text);
    }

    [Fact]
    public async Task SilentTarget_IsLeftAfterFirstTokenTimeout_AndNotAskedAgain()
    {
        var a = new TestBackend("a");
        a["m1"].Reply(async call =>
        {
            await Scripted.UntilCancelledAsync(call.CancellationToken);
            return new ChatResponse();
        });
        var b = new TestBackend("b");
        b["m2"].Reply("from b");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2").Timeouts(timeouts => timeouts.FirstToken = TimeSpan.FromSeconds(9))), a, b);

        var response = await gateway.AskAsync(streaming: true);

        var attempts = response.GetRouteDecision()!.Attempts;
        Assert.Equal([BackendErrorKind.FirstTokenTimeout, null], attempts.Select(attempt => attempt.Error));
        Assert.Equal(TimeSpan.FromSeconds(9), attempts[0].Duration);
        Assert.Equal(0, a["m1"].OpenStreams);
    }

    [Fact]
    public async Task StalledStream_EndsWithIdleTimeout_MeasuredFromTheLastChunk()
    {
        var a = new TestBackend("a");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1").Timeouts(timeouts => timeouts.Idle = TimeSpan.FromSeconds(5))), a);
        a["m1"].Stream(call => SlowThenSilent(gateway.Clock, call.CancellationToken));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true));

        Assert.Equal((BackendErrorKind.IdleTimeout, "one two three "), (exception.BackendError, exception.PartialText));
        Assert.Equal(TimeSpan.FromSeconds(12 + 5), exception.Decision!.Attempts[0].Duration);

        static async IAsyncEnumerable<ChatResponseUpdate> SlowThenSilent(TimeProvider clock, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var word in (string[])["one ", "two ", "three "])
            {
                await Task.Delay(TimeSpan.FromSeconds(4), clock, cancellationToken);
                yield return Text(word);
            }

            await Scripted.UntilCancelledAsync(cancellationToken);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RequestDeadline_EndsEverything(bool streaming)
    {
        var a = new TestBackend("a");
        a["m1"].Reply(async call =>
        {
            await Scripted.UntilCancelledAsync(call.CancellationToken);
            return new ChatResponse();
        });
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m1", "b/m2").PerRequest(limits => limits.MaxDuration = TimeSpan.FromSeconds(7))), a, new TestBackend("b"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming));

        Assert.Equal(RequestFailureKind.DeadlineExceeded, exception.Kind);
        Assert.Equal(TimeSpan.FromSeconds(7), exception.Decision!.Attempts[0].Duration);
    }

    [Fact]
    public async Task ConsumerWalksAway_ClosesTheSource_AndBillsByEstimate()
    {
        var a = new TestBackend("a").With(new Models.ModelDescriptor("m1") { Pricing = new Models.ModelPricing { Input = 1m, Output = 10m } });
        a["m1"].Stream(Text("one two three four"), Text("five"), Finish());
        await using var gateway = new TestGateway(TwoTargets, a, new TestBackend("b"));
        var request = new Requests.RequestContext(gateway.Clock.GetTimestamp());

        await foreach (var update in gateway.Chat.GetStreamingResponseAsync("Hello", new Requests.SiraChatOptions { Request = request }))
        {
            break;
        }

        Assert.Equal(0, a["m1"].OpenStreams);
        Assert.True(request.Cost > 0);
        Assert.Equal((Kernel.Health.CircuitState.Closed, 0), (gateway.Sira.Targets[0].Circuit, gateway.Sira.Targets[0].InFlight));
    }
}
