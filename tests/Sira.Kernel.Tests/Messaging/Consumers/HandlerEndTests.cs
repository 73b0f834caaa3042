using System.Reflection;
using System.Runtime.CompilerServices;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Consumers;

/// <summary>What becomes of a handler that does not end, or ends late, and of those around it.</summary>
public sealed class HandlerEndTests : IAsyncDisposable
{
    private readonly ListLogger logger = new();
    private readonly VirtualTimeProvider time = new();
    private readonly TaskCompletionSource never = new();
    private readonly MessageBus bus;

    public HandlerEndTests() => bus = new MessageBus(logger, time, new SeededRandomSource(1));

    public async ValueTask DisposeAsync()
    {
        never.TrySetResult();
        await bus.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DisposeAsync_HandlerIgnoresItsToken_IsLeftBehind_AndTheLogSaysSo(bool wholeBus)
    {
        using var topic = bus.Topic<int>("orders");
        var began = new TaskCompletionSource();
        var subscription = await topic.SubscribeAsync(async (_, _) =>
        {
            began.TrySetResult();
            await never.Task;
        }, new() { Group = "g", DrainTimeout = TimeSpan.FromSeconds(1) });
        await topic.PublishAsync(1);
        await began.Task;

        var ending = wholeBus ? bus.DisposeAsync().AsTask() : subscription.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => time.ActiveTimers > 0, "it waits for the handler that it has asked to stop");
        Assert.False(ending.IsCompleted);
        await AdvanceUntilAsync(ending);

        Assert.Contains(logger.Entries, static entry => entry.Text.Contains("It is left behind", StringComparison.Ordinal) && entry.Text.Contains("group g", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DisposeAsync_HandlersDisposeOfEachOther_BothEnd()
    {
        using var topic = bus.Topic<int>("orders");
        var subscriptions = new ITopicSubscription[2];
        var ended = new Inbox<int>();
        for (var i = 0; i < 2; i++)
        {
            var own = i;
            subscriptions[i] = await topic.SubscribeAsync(async (_, _) =>
            {
                await subscriptions[1 - own].DisposeAsync();
                ended.Add(own);
            }, new() { Group = $"g{i}", DrainTimeout = TimeSpan.FromSeconds(1) });
        }

        await topic.PublishAsync(1);

        await AdvanceUntilAsync(ended.HasAsync(2));
    }

    [Fact]
    public async Task DisposeAsync_FromWhatAHandlerHadStarted_WaitsForTheHandlersThatRun()
    {
        using var topic = bus.Topic<int>("orders");
        var (secondRuns, secondMayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (mayDispose, disposing) = (new TaskCompletionSource(), new TaskCompletionSource<Task>());
        ITopicSubscription? subscription = null;
        subscription = await topic.SubscribeAsync(async (message, token) =>
        {
            if (message.Message == 1)
            {
                _ = DisposeLaterAsync();
                return;
            }

            secondRuns.SetResult();
            await secondMayEnd.Task;
        });
        await topic.PublishAsync(1);
        await topic.PublishAsync(2);
        await secondRuns.Task;

        mayDispose.SetResult();
        var ending = await disposing.Task;

        Assert.False(ending.IsCompleted);
        secondMayEnd.SetResult();
        await ending;

        async Task DisposeLaterAsync()
        {
            await mayDispose.Task;
            disposing.SetResult(subscription!.DisposeAsync().AsTask());
        }
    }

    [Fact]
    public async Task AcknowledgementWindow_Passes_ThePartitionIsNotHandledByTwo()
    {
        using var topic = bus.Topic<int>("orders");
        var (running, most, handled, may) = (0, 0, new Inbox<(int, int)>(), new SemaphoreSlim(0));
        await topic.SubscribeAsync(async (message, _) =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            handled.Add((message.Message, message.Delivery));
            await may.WaitAsync(CancellationToken.None);
            Interlocked.Decrement(ref running);
        }, new() { Partitions = 1, Concurrency = 2, AcknowledgementWindow = TimeSpan.FromMilliseconds(100), Retry = new() { MaximumDeliveries = 2, ImmediateRetries = 1 } });
        await topic.PublishAsync(1, new() { Key = "k" });
        await topic.PublishAsync(2, new() { Key = "k" });
        await handled.HasAsync(1);

        time.Advance(TimeSpan.FromMilliseconds(100));
        may.Release();
        await handled.HasAsync(2);
        may.Release();
        await handled.HasAsync(3);
        may.Release();

        Assert.Equal([(1, 1), (1, 2), (2, 1)], await handled.HasAsync(3));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Handler_ThrowsAfterItHasAcknowledged_IsToldOf()
    {
        using var topic = bus.Topic<int>("orders");
        var faults = new Inbox<string>();
        bus.Subscribe<HandlerFaulted>(fault => faults.Add(fault.Exception.Message));
        await topic.SubscribeAsync((message, _) =>
        {
            message.Acknowledge();
            throw new InvalidOperationException("too late");
        }, new() { Acknowledgement = AcknowledgementMode.Explicit });

        await topic.PublishAsync(1);

        Assert.Equal(["too late"], await faults.HasAsync(1));
        Assert.Empty(await bus.DeadLetters.ListAsync());
    }

    [Fact]
    public async Task AcknowledgementWindow_ManyMessages_LeaveNothingOnTheSubscription()
    {
        using var topic = bus.Topic<int>("orders");
        var sources = new Inbox<WeakReference>();
        await topic.SubscribeAsync((message, token) =>
        {
            sources.Add(SourceOf(token));
            message.Acknowledge();
            return default;
        }, new() { Acknowledgement = AcknowledgementMode.Explicit });
        for (var i = 0; i < 200; i++)
        {
            await topic.PublishAsync(i);
        }

        var all = await sources.HasAsync(200);
        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single() is { Waiting: 0, InWork: 0 }, "all are handled");

        // The last may still be on somebody's stack.
        await Eventually.HoldsAsync(
            () =>
            {
                GC.Collect();
                return all.Count(static source => source.IsAlive) < 10;
            },
            "the sources are gone");
    }

    [Fact]
    public async Task MessageDeadLettered_OfAGroupInMemory_CanBeRedriven()
    {
        using var topic = bus.Topic<int>("orders");
        var (announced, handled) = (new Inbox<DeadLetter>(), new Inbox<int>());
        bus.Subscribe<MessageDeadLettered>(message => announced.Add(message.Letter));
        var fails = true;
        await topic.SubscribeAsync((message, token) => Volatile.Read(ref fails) ? throw new InvalidOperationException("no") : handled.Handle(message, token), new() { Retry = MessageRetryOptions.None });
        await topic.PublishAsync(7);
        var letter = Assert.Single(await announced.HasAsync(1));
        Volatile.Write(ref fails, false);

        Assert.True(await bus.DeadLetters.RedriveAsync(letter));

        Assert.Equal([7], await handled.HasAsync(1));
    }

    [Fact]
    public async Task Group_OfAnEarlierOnesName_KeepsItsDeadLettersWhenThatEnds()
    {
        using var topic = bus.Topic<int>("orders");
        var began = new TaskCompletionSource();
        var old = await topic.SubscribeAsync(async (_, _) =>
        {
            began.TrySetResult();
            await never.Task;
        }, new() { Group = "g", DrainTimeout = TimeSpan.FromSeconds(1) });
        await topic.PublishAsync(1);
        await began.Task;
        var ending = old.DisposeAsync().AsTask();
        await topic.SubscribeAsync((_, _) => throw new InvalidOperationException("no"), new() { Group = "g", Retry = MessageRetryOptions.None });
        await topic.PublishAsync(2);
        await Eventually.HoldsAsync(() => bus.DeadLetters.ListAsync().AsTask().GetAwaiter().GetResult().Count == 1, "there is a dead letter");

        never.SetResult();
        await ending;

        Assert.Single(await bus.DeadLetters.ListAsync());
    }

    [Fact]
    public async Task RedriveAsync_GroupIsFull_LeavesTheLetterWhereItIs()
    {
        using var topic = bus.Topic<int>("orders");
        var (fails, began) = (true, new TaskCompletionSource());
        await topic.SubscribeAsync(async (_, _) =>
        {
            if (Volatile.Read(ref fails))
            {
                throw new InvalidOperationException("no");
            }

            began.TrySetResult();
            await never.Task;
        }, new() { Capacity = 1, Retry = MessageRetryOptions.None, DrainTimeout = TimeSpan.Zero });
        await topic.PublishAsync(1);
        await Eventually.HoldsAsync(() => bus.DeadLetters.ListAsync().AsTask().GetAwaiter().GetResult().Count == 1, "there is a dead letter");
        Volatile.Write(ref fails, false);
        await topic.PublishAsync(2);
        await began.Task;

        Assert.False(await bus.DeadLetters.RedriveAsync(Assert.Single(await bus.DeadLetters.ListAsync())));
        Assert.Single(await bus.DeadLetters.ListAsync());
    }

    [Fact]
    public async Task PublishResult_CountsThoseWhoGetIt()
    {
        using var topic = bus.Topic<int>("orders");
        await topic.SubscribeAsync((_, _) => default, new() { Group = "all" });
        await topic.SubscribeAsync((_, _) => default, new() { Group = "large", Filter = new MessageFilter<int>("large", static (number, _) => number > 10) });

        Assert.Equal((1, 2), ((await topic.PublishAsync(1)).Groups, (await topic.PublishAsync(11)).Groups));
    }

    [Fact]
    public async Task BadInput_IsNamed()
    {
        using var topic = bus.Topic<string>("orders");

        await Assert.ThrowsAsync<ArgumentNullException>(async () => await topic.PublishAsync(null!));
        Assert.Contains("'a' is null", (await Assert.ThrowsAsync<ArgumentException>(async () => await topic.PublishAsync("x", new() { Headers = new Dictionary<string, string> { ["a"] = null! } }))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await topic.PublishAsync("x", new() { NotBefore = DateTimeOffset.MaxValue }));
        var wrong = await Assert.ThrowsAsync<Sira.Kernel.Configuration.SiraConfigurationException>(async () => await topic.SubscribeAsync((_, _) => default, new() { Retry = null! }));
        Assert.Contains("Retry", wrong.Message, StringComparison.Ordinal);
    }

    private async Task AdvanceUntilAsync(Task ending)
    {
        for (var i = 0; i < 1000 && !ending.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }

        await ending.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SourceOf(CancellationToken token) =>
        new(typeof(CancellationToken).GetField("_source", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(token));
}
