using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Errors;
using Sira.Gateway.Tests.Support;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Gateway.Tests.Attempts;

/// <summary>Real threads, many at once. The invariants hold however they interleave.</summary>
public class ContentionTests
{
    private const int Workers = 8;
    private const int CallsPerWorker = 250;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SharedBudget_IsNeverExceeded_AndUsedToTheLastCall(bool streaming)
    {
        const int Limit = Workers * CallsPerWorker / 2;
        var client = Healthy();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Budget(requests: Limit)), Backend("a", client));
        var refused = 0;

        await ManyAsync(async _ =>
        {
            try
            {
                await AskAsync(gateway, streaming);
            }
            catch (RequestFailedException exception) when (exception.Kind == RequestFailureKind.BudgetExceeded)
            {
                Interlocked.Increment(ref refused);
            }
        });

        Assert.Equal((Limit, Limit), (client.Calls, refused));
        Assert.Equal(Limit, gateway.Pool("request").Used);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task OneRequestOnManyThreads_TakesItsAttemptsAndNoMore()
    {
        var client = Healthy();
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), Backend("a", client));
        var options = new SiraChatOptions { Request = new RequestContext(gateway.Clock.GetTimestamp(), new RequestBudget { MaxAttempts = 100 }) };
        var refused = 0;

        await ManyAsync(async _ =>
        {
            try
            {
                await gateway.Chat.GetResponseAsync("Hello", options);
            }
            catch (RequestFailedException)
            {
                Interlocked.Increment(ref refused);
            }
        });

        Assert.Equal((100, (Workers * CallsPerWorker) - 100, 100), (client.Calls, refused, options.Request.Attempts));
        gateway.AssertIdle();
    }

    [Fact]
    public async Task FailuresFallbacksAndCancellations_LeaveNothingBehind()
    {
        var flaky = new DelegateChatClient((_, _) => throw new IOException("reset"), (_, _) => throw new IOException("reset"));
        await using var gateway = new TestGateway(
            sira => sira.AddRoute("default", route => route.To("a/m").FallBackTo("b/m").Retry(retry => retry.MaxRetriesPerTarget = 0).Budget(tokens: 100_000_000)),
            Backend("a", flaky),
            Backend("b", Healthy()));

        await ManyAsync(async number =>
        {
            using var source = new CancellationTokenSource();
            if (number % 5 == 0)
            {
                await source.CancelAsync();
            }

            try
            {
                await AskAsync(gateway, number % 2 == 0, source.Token);
                Assert.NotEqual(0, number % 5);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(0, number % 5);
            }
        });

        gateway.AssertIdle();
        Assert.InRange(flaky.Calls, 1, Workers * CallsPerWorker);
    }

    [Fact]
    public async Task FirstUseOfARoute_FromManyThreads_BuildsItsStagesOnce()
    {
        var built = 0;
        await using var gateway = new TestGateway(
            sira => sira
                .Use(new ChatStage("counted", (inner, _) =>
                {
                    Interlocked.Increment(ref built);
                    return new DelegateStage(inner);
                }))
                .AddRoute("default", route => route.To("a/m")).AddRoute("batch", route => route.To("a/m")),
            Backend("a", Healthy()));
        var sira = gateway.Sira;
        using var barrier = new Barrier(Workers);

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait();
                return sira.GetChatClient("batch");
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(1, built);
    }

    private static DelegateChatClient Healthy() => new(
        (_, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "fine")) { FinishReason = ChatFinishReason.Stop }),
        (_, _) => new[] { new ChatResponseUpdate(ChatRole.Assistant, "fine") { FinishReason = ChatFinishReason.Stop } }.ToAsyncEnumerable());

    private static TestBackend Backend(string name, IChatClient client)
    {
        var backend = new TestBackend(name);
        backend.Own["m"] = client;
        return backend;
    }

    private static Task<ChatResponse> AskAsync(TestGateway gateway, bool streaming, CancellationToken cancellationToken = default) => streaming
        ? gateway.Chat.GetStreamingResponseAsync("Hello", cancellationToken: cancellationToken).ToChatResponseAsync(cancellationToken)
        : gateway.Chat.GetResponseAsync("Hello", cancellationToken: cancellationToken);

    private static Task ManyAsync(Func<int, Task> call) => Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
    {
        for (var i = 0; i < CallsPerWorker; i++)
        {
            await call((worker * CallsPerWorker) + i);
        }
    })));

    private sealed class DelegateStage(IChatClient inner) : DelegatingChatClient(inner);
}
