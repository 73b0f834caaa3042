using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Consumers;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Topics;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Consumers;

public sealed class DeliveryOrderTests : IAsyncDisposable
{
    private readonly VirtualTimeProvider time = new();
    private readonly MessageBus bus;

    public DeliveryOrderTests() => bus = new MessageBus(new ListLogger(), time, new SeededRandomSource(1));

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Fact]
    public async Task Priority_WaitingMessages_HigherGoesFirstAndEqualsInOrder()
    {
        using var topic = bus.Topic<int>("orders");
        var (gate, inbox) = (new TaskCompletionSource(), new Inbox<int>());
        await topic.SubscribeAsync(Gated(gate, inbox));
        await topic.PublishAsync(0);
        await Busy();

        foreach (var (number, priority) in ((int, int)[])[(1, 0), (2, 5), (3, 9), (4, 5), (5, 0)])
        {
            await topic.PublishAsync(number, new() { Priority = priority });
        }

        gate.SetResult();
        Assert.Equal([0, 3, 2, 4, 1, 5], await inbox.HasAsync(6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Partitions_ManyKeysFailuresAndWorkers_EachKeyKeepsItsOrderAndNothingIsLost(int seed)
    {
        var random = new SeededRandomSource(seed);
        using var topic = bus.Topic<int>("orders");
        var inbox = new Inbox<(string Key, int Number)>();
        var (running, most) = (new int[4], 0);
        await topic.SubscribeAsync(
            async (message, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running[message.Partition!.Value]));
                most = Math.Max(most, running.Sum());
                try
                {
                    await Task.Yield();
                    if (message.Delivery == 1 && message.Message % 7 == 0)
                    {
                        throw new InvalidOperationException("once");
                    }

                    inbox.Add((message.Metadata.Key!, message.Message));
                }
                finally
                {
                    Interlocked.Decrement(ref running[message.Partition.Value]);
                }
            },
            new() { Partitions = 4, Concurrency = 8, Capacity = 50, Retry = new() { ImmediateRetries = seed % 2, FirstDelay = TimeSpan.FromMilliseconds(50) } });

        var publishing = PublishAllAsync();
        await Eventually.HoldsAsync(() => !time.AdvanceToNextTimer() & inbox.All.Count == 300, "all messages");
        await publishing;

        async Task PublishAllAsync()
        {
            for (var i = 0; i < 300; i++)
            {
                await topic.PublishAsync(i, new() { Key = $"key {random.Next(12)}" });
            }
        }

        Assert.Equal(Enumerable.Range(0, 300), inbox.All.Select(entry => entry.Number).Order());
        Assert.All(inbox.All.GroupBy(entry => entry.Key), key => Assert.Equal(key.Select(entry => entry.Number).Order(), key.Select(entry => entry.Number)));
    }

    [Fact]
    public async Task Partitions_OneKeyFails_OthersOfItsPartitionGoOnAndThoseOfItsKeyWait()
    {
        using var topic = bus.Topic<string>("orders");
        var inbox = new Inbox<string>();
        var fails = true;
        await topic.SubscribeAsync(
            (message, token) => message.Message == "a1" && fails ? throw new InvalidOperationException("not yet") : inbox.Handle(message, token),
            new() { Partitions = 1, Retry = new() { ImmediateRetries = 0, Jitter = 0 } });

        foreach (var (key, text) in ((string, string)[])[("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3"), ("b", "b2")])
        {
            await topic.PublishAsync(text, new() { Key = key });
        }

        Assert.Equal(["b1", "b2"], await inbox.HasAsync(2));
        fails = false;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b1", "b2", "a1", "a2", "a3"], await inbox.HasAsync(5));
    }

    [Fact]
    public async Task Partitions_PoisonedKey_IsSetAsideAndItsSuccessorsFollow()
    {
        using var topic = bus.Topic<string>("orders");
        var inbox = new Inbox<string>();
        await topic.SubscribeAsync(
            (message, token) => message.Message == "a1" ? throw new InvalidOperationException("always") : inbox.Handle(message, token),
            new() { Partitions = 2, Retry = new() { MaximumDeliveries = 3, ImmediateRetries = 2 } });

        await topic.PublishAsync("a1", new() { Key = "a" });
        await topic.PublishAsync("a2", new() { Key = "a" });

        Assert.Equal(["a2"], await inbox.HasAsync(1));
        Assert.Equal(3, (await bus.DeadLetters.ListAsync()).Single().Deliveries);
    }

    [Fact]
    public async Task Delay_ComesWhenDueAndNotBefore_EvenThoughTheWallClockIsSet()
    {
        var clock = new SkewedTimeProvider(time);
        await using var skewed = new MessageBus(time: clock);
        using var topic = skewed.Topic<string>("orders");
        var inbox = new Inbox<string>();
        await topic.SubscribeAsync(inbox.Handle);
        await topic.PublishAsync("later", new() { Delay = TimeSpan.FromMinutes(10) });
        await topic.PublishAsync("absolute", new() { NotBefore = clock.GetUtcNow() + TimeSpan.FromMinutes(20) });
        await topic.PublishAsync("past", new() { NotBefore = clock.GetUtcNow() - TimeSpan.FromMinutes(20) });
        await inbox.HasAsync(1);
        Assert.Equal(2, skewed.Snapshot().Groups.Single().Delayed);

        clock.Skew = TimeSpan.FromHours(-5);
        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        clock.Skew = TimeSpan.FromHours(5);
        Assert.Equal(["past"], inbox.All);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["past", "later"], await inbox.HasAsync(2));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["past", "later", "absolute"], await inbox.HasAsync(3));
    }

    [Fact]
    public async Task Delay_MoreThanTheGroupHolds_IsRefusedAndNobodyHasTheMessage()
    {
        using var topic = bus.Topic<int>("orders");
        var other = new Inbox<int>();
        await topic.SubscribeAsync(other.Handle, new() { Group = "first" });
        await topic.SubscribeAsync((_, _) => default, new() { Group = "small", MaximumDelayed = 1 });
        await topic.PublishAsync(1, new() { Delay = TimeSpan.FromHours(1) });

        var exception = await Assert.ThrowsAsync<QueueFullException>(async () => await topic.PublishAsync(2, new() { Delay = TimeSpan.FromHours(1) }));

        Assert.Equal(("small", 1), (exception.Group, exception.Capacity));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([1], await other.HasAsync(1));
        Assert.Equal(0, bus.Snapshot().Groups.Sum(group => group.Delayed));
    }

    [Fact]
    public async Task TimeToLive_PassesWhileItWaits_MakesADeadLetter()
    {
        using var topic = bus.Topic<int>("orders");
        var (gate, inbox) = (new TaskCompletionSource(), new Inbox<int>());
        await topic.SubscribeAsync(Gated(gate, inbox));
        await topic.PublishAsync(0);
        await Busy();
        await topic.PublishAsync(1, new() { TimeToLive = TimeSpan.FromSeconds(1) });
        await topic.PublishAsync(2, new() { TimeToLive = TimeSpan.FromSeconds(3) });
        time.Advance(TimeSpan.FromSeconds(1));
        gate.SetResult();

        Assert.Equal([0, 2], await inbox.HasAsync(2));
        Assert.Equal(DeadLetterReason.Expired, (await bus.DeadLetters.ListAsync()).Single().Reason);
    }

    private static Func<MessageContext<int>, CancellationToken, ValueTask> Gated(TaskCompletionSource gate, Inbox<int> inbox) => async (message, token) =>
    {
        await gate.Task;
        await inbox.Handle(message, token);
    };

    private Task Busy() => Eventually.HoldsAsync(() => bus.Snapshot().Groups.Single().InWork == 1, "the worker is busy");
}
