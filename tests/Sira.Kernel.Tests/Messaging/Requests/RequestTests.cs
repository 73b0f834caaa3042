using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Errors;
using Sira.Simulation.Time;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Requests;

public sealed class RequestTests : IAsyncDisposable
{
    private readonly VirtualTimeProvider time = new();
    private readonly MessageBus bus;

    public RequestTests() => bus = new MessageBus(time: time);

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Fact]
    public async Task RequestAsync_SomebodyAnswers_ReturnsTheAnswer()
    {
        await using var responder = bus.Respond<int, string>("double", (number, _) => new($"{number * 2}"));

        Assert.Equal("42", await bus.RequestAsync<int, string>("double", 21));
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task RequestAsync_NobodyAnswersOrOtherTypes_SaysSo()
    {
        Assert.Equal("double", (await Assert.ThrowsAsync<NoResponderException>(() => bus.RequestAsync<int, string>("double", 21))).Name);
        await using var responder = bus.Respond<int, int>("double", (number, _) => new(number * 2));
        await Assert.ThrowsAsync<NoResponderException>(() => bus.RequestAsync<int, string>("double", 21));
        await responder.DisposeAsync();
        await Assert.ThrowsAsync<NoResponderException>(() => bus.RequestAsync<int, int>("double", 21));
    }

    [Fact]
    public async Task RequestAsync_HandlerThrows_CarriesWhatItThrew()
    {
        await using var responder = bus.Respond<int, int>("fail", (_, _) => throw new InvalidOperationException("broken"));

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => bus.RequestAsync<int, int>("fail", 1));

        Assert.IsType<InvalidOperationException>(exception.InnerException);
        Assert.Contains("broken", exception.Message, StringComparison.Ordinal);
        Assert.Empty(await bus.DeadLetters.ListAsync());
    }

    [Fact]
    public async Task RequestAsync_TimePasses_ThrowsAndCancelsTheHandler()
    {
        var (began, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var responder = bus.Respond<int, int>("slow", async (_, token) =>
        {
            began.SetResult();
            await using var registration = token.Register(stopped.SetResult);
            await stopped.Task;
            token.ThrowIfCancellationRequested();
            return 1;
        });

        var asking = bus.RequestAsync<int, int>("slow", 1, new() { Timeout = TimeSpan.FromSeconds(2) });
        await began.Task;
        time.Advance(TimeSpan.FromSeconds(2));

        var exception = await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
        Assert.True(exception.Started);
        await stopped.Task;
    }

    [Fact]
    public async Task RequestAsync_TimePassesInTheQueue_IsNeverHandled()
    {
        var (gate, handled) = (new TaskCompletionSource(), new Inbox<int>());
        await using var responder = bus.Respond<int, int>(
            "slow",
            async (number, _) =>
            {
                handled.Add(number);
                await gate.Task;
                return number;
            },
            new() { Concurrency = 1 });
        var first = bus.RequestAsync<int, int>("slow", 1);
        await handled.HasAsync(1);
        var second = bus.RequestAsync<int, int>("slow", 2, new() { Timeout = TimeSpan.FromSeconds(2) });

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False((await Assert.ThrowsAsync<RequestTimeoutException>(() => second)).Started);
        gate.SetResult();
        Assert.Equal(1, await first);
        Assert.Equal(3, await bus.RequestAsync<int, int>("slow", 3));
        Assert.Equal([1, 3], handled.All);
    }

    [Fact]
    public async Task RequestAsync_CallerGivesUp_CancelsTheHandler()
    {
        var (began, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var responder = bus.Respond<int, int>("slow", async (_, token) =>
        {
            began.SetResult();
            await using var registration = token.Register(stopped.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        });
        using var cancellation = new CancellationTokenSource();

        var asking = bus.RequestAsync<int, int>("slow", 1, cancellationToken: cancellation.Token);
        await began.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await stopped.Task;
    }

    [Fact]
    public async Task RequestAsync_MoreThanMayWait_IsRefusedAtOnce()
    {
        var gate = new TaskCompletionSource();
        await using var responder = bus.Respond<int, int>(
            "slow",
            async (number, _) =>
            {
                await gate.Task;
                return number;
            },
            new() { Concurrency = 1, Capacity = 2 });
        var asking = new[] { bus.RequestAsync<int, int>("slow", 1), bus.RequestAsync<int, int>("slow", 2) };

        await Assert.ThrowsAsync<QueueFullException>(() => bus.RequestAsync<int, int>("slow", 3));

        gate.SetResult();
        var answers = await Task.WhenAll(asking);
        Assert.Equal([1, 2], answers);
    }
}
