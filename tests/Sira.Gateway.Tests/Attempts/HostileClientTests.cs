using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Health;
using Sira.Simulation.Time;
using Sira.Testing;

namespace Sira.Gateway.Tests.Attempts;

/// <summary>Backends that break the contract of a chat client. Whatever they do, the call ends with an answer or a typed error, in time, and leaves nothing behind.</summary>
public class HostileClientTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ListenerOfTheHost_ThatThrows_LeavesNothingTaken(bool streaming)
    {
        var a = new TestBackend("a");
        a["listened"].Reply("x");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/listened").Budget(requests: 1)), a);
        using (var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name == "Sira",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> options) =>
                options.Name == "chat listened" ? throw new InvalidOperationException("the host's listener") : System.Diagnostics.ActivitySamplingResult.None,
        })
        {
            System.Diagnostics.ActivitySource.AddActivityListener(listener);
            var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.AskAsync(streaming));
            Assert.Equal("the host's listener", exception.Message);
        }

        Assert.Equal(0, gateway.Sira.Targets[0].InFlight);
        Assert.Empty(a["listened"].Calls);
    }

    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);

    private static ChatResponse Whole(string text = "fine") => new(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = ChatFinishReason.Stop };

    private static ChatResponseUpdate Text(string text) => new(ChatRole.Assistant, text);

    private static ChatResponseUpdate Finish() => new() { FinishReason = ChatFinishReason.Stop };

    private static TestBackend Backend(string name, IChatClient client)
    {
        var backend = new TestBackend(name);
        backend.Own["m"] = client;
        return backend;
    }

    private static TestGateway Gateway(IChatClient client, out TestBackend fallback, Action<RouteBuilder>? configure = null)
    {
        fallback = new TestBackend("b");
        return new TestGateway(
            sira => sira.AddRoute("default", route =>
            {
                route.To("a/m").FallBackTo("b/m").Budget(tokens: 1_000_000, per: TimeSpan.FromHours(1)).Retry(retry => retry.MaxRetriesPerTarget = 0);
                configure?.Invoke(route);
            }),
            Backend("a", client),
            fallback);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Deaf(IEnumerable<ChatResponseUpdate> updates, Task forever)
    {
        foreach (var update in updates)
        {
            yield return update;
        }

        await forever;
    }

    [Theory]
    [InlineData("null response")]
    [InlineData("null task")]
    [InlineData("throws at once")]
    public async Task Unary_ContractBroken_FallsOver(string how)
    {
        var client = new DelegateChatClient((_, _) => how switch
        {
            "null response" => Task.FromResult<ChatResponse>(null!),
            "null task" => null!,
            _ => throw new InvalidOperationException("at once"),
        });
        await using var gateway = Gateway(client, out var fallback);
        fallback["m"].Reply("fine");

        var response = await gateway.AskAsync(streaming: false);

        Assert.Equal("fine", response.Text);
        Assert.Equal(2, response.GetRouteDecision()!.Attempts.Count);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData("null stream")]
    [InlineData("null enumerator")]
    [InlineData("null update")]
    [InlineData("throws at once")]
    [InlineData("current throws")]
    public async Task Stream_ContractBroken_FallsOver(string how)
    {
        var client = new DelegateChatClient(stream: (_, _) => how switch
        {
            "null stream" => null!,
            "null enumerator" => new OddStream(() => null!),
            "null update" => new ChatResponseUpdate[] { null! }.ToAsyncEnumerable(),
            "current throws" => new OddStream(() => new OddEnumerator(current: () => throw new InvalidOperationException("no current"))),
            _ => throw new InvalidOperationException("at once"),
        });
        await using var gateway = Gateway(client, out var fallback);
        fallback["m"].Reply("fine");

        var response = await gateway.AskAsync(streaming: true);

        Assert.Equal("fine", response.Text);
        Assert.Equal(2, response.GetRouteDecision()!.Attempts.Count);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task Stream_NullContent_IsPassedOver()
    {
        var client = new DelegateChatClient(stream: (_, _) => new[] { new ChatResponseUpdate(ChatRole.Assistant, [null!]), Text("fine"), Finish() }.ToAsyncEnumerable());
        await using var gateway = Gateway(client, out _);

        var updates = await gateway.Clock.RunAsync(async () => await gateway.Chat.GetStreamingResponseAsync("Hello").ToListAsync());

        Assert.Equal("fine", string.Concat(updates.SelectMany(update => update.Contents).OfType<TextContent>().Select(text => text.Text)));
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClassifierThrows_TheErrorIsUnknown_AndNothingIsLeftBehind(bool streaming)
    {
        var a = Backend("a", new DelegateChatClient((_, _) => throw new FormatException("mine"), (_, _) => throw new FormatException("mine")));
        a.Classifier = _ => throw new InvalidOperationException("the classifier's own mistake");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").Retry(retry => retry.MaxRetriesPerTarget = 0).Budget(requests: 5)), a);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming));

        Assert.Equal(BackendErrorKind.Unknown, exception.BackendError);
        gateway.AssertIdle();
        Assert.Equal(1, gateway.Pool("request").Used);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DeafClient_TimesOut_AndTheNextTargetAnswers(bool streaming)
    {
        var never = new TaskCompletionSource<ChatResponse>();
        await using var gateway = Gateway(
            new DelegateChatClient((_, _) => never.Task, (_, _) => Deaf([], never.Task)),
            out var fallback,
            route => route.Timeouts(timeouts => timeouts.Unary = timeouts.FirstToken = TimeSpan.FromSeconds(5)));
        fallback["m"].Reply("fine");
        var start = gateway.Clock.GetUtcNow();

        var response = await gateway.AskAsync(streaming);

        Assert.Equal("fine", response.Text);
        Assert.InRange(gateway.Clock.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5) + Prompt);
        Assert.Equal(streaming ? BackendErrorKind.FirstTokenTimeout : BackendErrorKind.TotalTimeout, response.GetRouteDecision()!.Attempts[0].Error);
        gateway.AssertIdle();
        never.SetException(new InvalidOperationException("too late to matter"));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    public async Task DeafClient_CallerCancels_TheCallEndsPromptly(bool streaming, int updatesBefore)
    {
        var never = new TaskCompletionSource<ChatResponse>();
        await using var gateway = Gateway(new DelegateChatClient((_, _) => never.Task, (_, _) => Deaf(Enumerable.Repeat(Text("x"), updatesBefore), never.Task)), out _);
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(3), gateway.Clock);
        var start = gateway.Clock.GetUtcNow();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming, cancellationToken: source.Token));

        Assert.Equal(source.Token, exception.CancellationToken);
        Assert.InRange(gateway.Clock.GetUtcNow() - start, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3) + Prompt);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task DeafStream_EndsLate_IsDisposedThen()
    {
        var late = new TaskCompletionSource<bool>();
        var enumerator = new OddEnumerator(moveNext: () => new ValueTask<bool>(late.Task));
        await using var gateway = Gateway(
            new DelegateChatClient(stream: (_, _) => new OddStream(() => enumerator)),
            out var fallback,
            route => route.Timeouts(timeouts => timeouts.FirstToken = TimeSpan.FromSeconds(5)));
        fallback["m"].Reply("fine");

        await gateway.AskAsync(streaming: true);
        Assert.Equal(0, enumerator.Disposals);
        late.SetResult(true);

        Assert.Equal(1, enumerator.Disposals);
    }

    [Fact]
    public async Task StreamDisposal_NeverEnds_TheConsumerIsNotHeld()
    {
        var never = new TaskCompletionSource();
        var left = 2;
        var enumerator = new OddEnumerator(moveNext: () => new ValueTask<bool>(left-- > 0), current: () => Text("x"), dispose: () => new ValueTask(never.Task));
        await using var gateway = Gateway(new DelegateChatClient(stream: (_, _) => new OddStream(() => enumerator)), out _);

        await gateway.Clock.RunAsync(async () =>
        {
            await foreach (var _ in gateway.Chat.GetStreamingResponseAsync("Hello"))
            {
                break;
            }
        });

        Assert.Equal(1, enumerator.Disposals);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ThrowingCallbackOnTheToken_DoesNotEscapeFromTheTimer(bool streaming)
    {
        async Task<ChatResponse> Wait(CancellationToken token)
        {
            token.Register(() => throw new InvalidOperationException("a careless callback"));
            await Scripted.UntilCancelledAsync(token);
            return Whole();
        }

        async IAsyncEnumerable<ChatResponseUpdate> WaitStream([EnumeratorCancellation] CancellationToken token)
        {
            await Wait(token);
            yield break;
        }

        await using var gateway = Gateway(
            new DelegateChatClient((_, token) => Wait(token), (_, token) => WaitStream(token)),
            out var fallback,
            route => route.Timeouts(timeouts => timeouts.Unary = timeouts.FirstToken = TimeSpan.FromSeconds(5)));
        fallback["m"].Reply("fine");

        Assert.Equal("fine", (await gateway.AskAsync(streaming)).Text);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task CancelledBetweenUpdates_ADeafStreamIsNotReadOn()
    {
        await using var gateway = Gateway(new DelegateChatClient(stream: (_, _) => Enumerable.Repeat(Text("x"), 1000).ToAsyncEnumerable()), out _);
        using var source = new CancellationTokenSource();
        var received = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.Clock.RunAsync(async () =>
        {
            await foreach (var _ in gateway.Chat.GetStreamingResponseAsync("Hello", cancellationToken: source.Token))
            {
                if (++received == 3)
                {
                    await source.CancelAsync();
                }
            }
        }));

        Assert.Equal(3, received);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task StreamThrowsAtOnce_AfterTheCallerCancelled_LeavesNoRegistration()
    {
        using var source = new CancellationTokenSource();
        CancellationToken given = default;
        await using var gateway = Gateway(
            new DelegateChatClient(stream: (_, token) =>
            {
                given = token;
                source.Cancel();
                throw new InvalidOperationException("at once");
            }),
            out var fallback);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming: true, cancellationToken: source.Token));

        // The attempt's token source is disposed of with everything that hangs on it.
        Assert.Throws<ObjectDisposedException>(() => given.WaitHandle);
        Assert.Empty(fallback["m"].Calls);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelledWhileAFailureIsHandled_NoFurtherAttemptIsMade(bool streaming)
    {
        using var source = new CancellationTokenSource();
        await using var gateway = Gateway(
            new DelegateChatClient((_, _) => throw new IOException("reset"), (_, _) => throw new IOException("reset")),
            out var fallback);
        fallback["m"].Reply("unwanted");
        using var subscription = gateway.Bus.Subscribe<Events.AttemptFailed>(_ => source.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.AskAsync(streaming, cancellationToken: source.Token));

        Assert.Empty(fallback["m"].Calls);
        gateway.AssertIdle();
    }

    [Fact]
    public async Task ConsumerStopsAtTheFinishReason_TheTargetHasSucceeded()
    {
        await using var gateway = Gateway(new DelegateChatClient(stream: (_, _) => new[] { Text("whole"), Finish() }.ToAsyncEnumerable()), out _);
        var completed = new List<Events.ResponseCompleted>();
        using var subscription = gateway.Bus.Subscribe<Events.ResponseCompleted>(completed.Add);

        await gateway.Clock.RunAsync(async () =>
        {
            await foreach (var update in gateway.Chat.GetStreamingResponseAsync("Hello"))
            {
                if (update.FinishReason is not null)
                {
                    break;
                }
            }
        });

        Assert.Null(Assert.Single(completed).Decision.Attempts[0].Error);
        Assert.Equal(CircuitState.Closed, gateway.Sira.Targets[0].Circuit);
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HealthListenerThrows_ReservationsAreSettledAllTheSame(bool streaming)
    {
        await using var gateway = new TestGateway(
            sira => sira
                .AddRoute("default", route => route.To("a/m").Retry(retry => retry.MaxRetriesPerTarget = 0).Budget(tokens: 1000))
                .ConfigureGateway(options => options.Breaker = options.Breaker with { ConsecutiveFailures = 1 }),
            Backend("a", new DelegateChatClient((_, _) => throw new IOException("reset"), (_, _) => throw new IOException("reset"))));
        _ = gateway.Sira;
        ((Kernel.Registry.IServiceRegistry)gateway.Services.GetService(typeof(Kernel.Registry.IServiceRegistry))!).HealthChanged += (_, _) => throw new InvalidOperationException("a careless listener");

        await Assert.ThrowsAnyAsync<Exception>(() => gateway.AskAsync(streaming));

        Assert.Equal(0, gateway.Pool("token").Used);
        gateway.AssertIdle();
    }

    private sealed class OddStream(Func<IAsyncEnumerator<ChatResponseUpdate>> create) : IAsyncEnumerable<ChatResponseUpdate>
    {
        public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => create();
    }

    private sealed class OddEnumerator(Func<ValueTask<bool>>? moveNext = null, Func<ChatResponseUpdate>? current = null, Func<ValueTask>? dispose = null) : IAsyncEnumerator<ChatResponseUpdate>
    {
        public int Disposals { get; private set; }

        public ChatResponseUpdate Current => current!();

        public ValueTask<bool> MoveNextAsync() => moveNext is null ? new ValueTask<bool>(true) : moveNext();

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return dispose is null ? default : dispose();
        }
    }
}
