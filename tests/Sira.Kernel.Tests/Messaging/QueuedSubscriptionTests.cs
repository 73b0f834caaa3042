using Sira.Kernel.Messaging;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Messaging;

public sealed class QueuedSubscriptionTests : IDisposable
{
    // A guard against a hanging test, never waited for when it passes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ListLogger logger = new();
    private readonly VirtualTimeProvider time = new();
    private readonly MessageBus bus;

    public QueuedSubscriptionTests() => bus = new MessageBus(logger, time);

    public void Dispose() => bus.Dispose();

    [Fact]
    public async Task Publish_ManyMessages_AreHandledOneAfterTheOtherInOrder()
    {
        var handled = new List<int>();
        var running = 0;
        var subscription = bus.Subscribe<Numbered>(
            async (message, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                if (message.Number % 10 == 0)
                {
                    await Task.Yield();
                }

                handled.Add(message.Number);
                Interlocked.Decrement(ref running);
            },
            new() { Capacity = 1000 });

        for (var i = 0; i < 1000; i++)
        {
            bus.Publish(new Numbered(i));
        }

        await subscription.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 1000), handled);
        Assert.Empty(logger.Entries);
    }

    [Fact]
    public async Task DropOldest_FullQueue_KeepsTheNewestAndCountsTheOthers()
    {
        using var dropped = new DroppedMessages<OldestDropped>();

        var handled = await Overflow<OldestDropped>(QueueOverflow.DropOldest, number => new(number), message => message.Number);

        Assert.Equal([0, 8, 9, 10], handled);
        Assert.Equal(7, dropped.Count);
    }

    [Fact]
    public async Task DropNewest_FullQueue_KeepsTheOldestAndCountsTheOthers()
    {
        using var dropped = new DroppedMessages<NewestDropped>();

        var handled = await Overflow<NewestDropped>(QueueOverflow.DropNewest, number => new(number), message => message.Number);

        Assert.Equal([0, 1, 2, 3], handled);
        Assert.Equal(7, dropped.Count);
    }

    [Fact]
    public async Task Handler_Throws_IsReportedAndTheNextIsHandled()
    {
        var handled = new List<int>();
        var faults = new List<HandlerFaulted>();
        bus.Subscribe<HandlerFaulted>(faults.Add);
        var subscription = bus.Subscribe<Numbered>(async (message, _) =>
        {
            if (message.Number == 1)
            {
                throw new InvalidOperationException("at once");
            }

            await Task.Yield();
            if (message.Number == 2)
            {
                throw new OperationCanceledException("of its own");
            }

            handled.Add(message.Number);
        });

        for (var i = 0; i < 4; i++)
        {
            bus.Publish(new Numbered(i));
        }

        await subscription.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal([0, 3], handled);
        Assert.Equal(["at once", "of its own"], faults.Select(fault => fault.Exception.Message));
        Assert.Equal(2, logger.Entries.Count);
    }

    [Fact]
    public async Task FaultHandler_QueuedAndThrowing_IsOnlyLogged()
    {
        var calls = 0;
        var subscription = bus.Subscribe<HandlerFaulted>((_, _) =>
        {
            calls++;
            bus.Publish(new Numbered(2));
            throw new InvalidOperationException("and again");
        });
        bus.Subscribe<Numbered>(_ => throw new InvalidOperationException("broken"));

        bus.Publish(new Numbered(1));

        await subscription.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(1, calls);
        Assert.Equal(3, logger.Entries.Count);
    }

    [Fact]
    public async Task DisposeAsync_Subscription_TakesNoMoreAndWaitsForWhatIsQueued()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handled = new List<int>();
        var subscription = bus.Subscribe<Numbered>(async (message, _) =>
        {
            await gate.Task;
            handled.Add(message.Number);
        });
        bus.Publish(new Numbered(1));
        bus.Publish(new Numbered(2));

        var disposal = subscription.DisposeAsync().AsTask();
        var second = subscription.DisposeAsync().AsTask();
        Assert.False(bus.HasSubscribers<Numbered>());
        bus.Publish(new Numbered(3));
        Assert.False(disposal.IsCompleted);
        Assert.False(second.IsCompleted);

        gate.SetResult();
        await Task.WhenAll(disposal, second).WaitAsync(Patience);
        await subscription.DisposeAsync();
        Assert.Equal([1, 2], handled);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task DisposeAsync_DrainTimeoutPasses_CancelsTheHandlerAndDropsTheRest()
    {
        using var dropped = new DroppedMessages<Stuck>();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        var subscription = bus.Subscribe<Stuck>(
            async (_, cancellationToken) =>
            {
                calls++;
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
            new() { DrainTimeout = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 4; i++)
        {
            bus.Publish(new Stuck());
        }

        await entered.Task.WaitAsync(Patience);
        var disposal = subscription.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(disposal.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));

        await disposal.WaitAsync(Patience);
        Assert.Equal(1, calls);
        Assert.Equal(4, dropped.Count);
        Assert.Empty(logger.Entries);
    }

    [Fact]
    public async Task DisposeAsync_HandlersCancellationCallbackThrows_IsReportedAndDrainEnds()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscription = bus.Subscribe<Stuck>(async (_, cancellationToken) =>
        {
            cancellationToken.Register(() => throw new InvalidOperationException("callback"));
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        bus.Publish(new Stuck());
        await entered.Task.WaitAsync(Patience);

        var disposal = subscription.DisposeAsync().AsTask();
        time.Advance(new QueuedSubscriptionOptions().DrainTimeout);

        await disposal.WaitAsync(Patience);
        Assert.IsType<AggregateException>(Assert.Single(logger.Entries).Exception);
    }

    [Fact]
    public async Task DisposeAsync_FromItsOwnHandler_DoesNotWaitForItself()
    {
        var handled = new List<int>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IAsyncDisposable? subscription = null;
        subscription = bus.Subscribe<Numbered>(async (message, _) =>
        {
            await Task.Yield();
            handled.Add(message.Number);
            await subscription!.DisposeAsync();
            if (message.Number == 2)
            {
                done.SetResult();
            }
        });
        bus.Publish(new Numbered(1));
        bus.Publish(new Numbered(2));

        await done.Task.WaitAsync(Patience);
        await subscription.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal([1, 2], handled);
    }

    [Fact]
    public async Task DisposeAsync_Bus_WaitsForAllQueuesEachTime()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handled = 0;
        for (var i = 0; i < 3; i++)
        {
            bus.Subscribe<Numbered>(async (_, _) =>
            {
                await gate.Task;
                Interlocked.Increment(ref handled);
            });
        }

        bus.Publish(new Numbered(1));
        bus.Publish(new Numbered(2));
        bus.Dispose();
        var first = bus.DisposeAsync().AsTask();
        var second = bus.DisposeAsync().AsTask();
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);

        gate.SetResult();
        await Task.WhenAll(first, second).WaitAsync(Patience);
        Assert.Equal(6, handled);
    }

    [Fact]
    public async Task Subscribe_AmbientValues_DoNotReachTheHandler()
    {
        var ambient = new AsyncLocal<string?> { Value = "subscriber" };
        var seen = new List<string?>();
        var subscription = bus.Subscribe<Numbered>((_, _) =>
        {
            seen.Add(ambient.Value);
            return default;
        });
        ambient.Value = "publisher";

        bus.Publish(new Numbered(1));

        await subscription.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal([null], seen);
        Assert.Equal("publisher", ambient.Value);
    }

    [Fact]
    public async Task Publish_ManyThreads_LosesAndDoublesNothing()
    {
        const int PerThread = 10_000;
        const int Threads = 4;
        using var dropped = new DroppedMessages<FromThread>();
        var next = new int[Threads];
        var handled = 0L;
        var subscription = bus.Subscribe<FromThread>(
            (message, _) =>
            {
                // Of one publisher, what arrives is in order.
                Assert.True(message.Number >= next[message.Thread]);
                next[message.Thread] = message.Number + 1;
                handled++;
                return default;
            },
            new() { Capacity = 64 });

        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            for (var i = 0; i < PerThread; i++)
            {
                bus.Publish(new FromThread(thread, i));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        await subscription.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Empty(logger.Entries);
        Assert.Equal(Threads * PerThread, handled + dropped.Count);
        Assert.True(handled >= 64);
    }

    private async Task<List<int>> Overflow<T>(QueueOverflow overflow, Func<int, T> make, Func<T, int> number)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handled = new List<int>();
        var subscription = bus.Subscribe<T>(
            async (message, _) =>
            {
                entered.TrySetResult();
                await gate.Task;
                handled.Add(number(message));
            },
            new() { Capacity = 3, Overflow = overflow });
        bus.Publish(make(0));
        await entered.Task.WaitAsync(Patience);
        for (var i = 1; i <= 10; i++)
        {
            bus.Publish(make(i));
        }

        gate.SetResult();
        await subscription.DisposeAsync().AsTask().WaitAsync(Patience);
        return handled;
    }

    private readonly record struct Numbered(int Number);

    private readonly record struct OldestDropped(int Number);

    private readonly record struct NewestDropped(int Number);

    private readonly record struct FromThread(int Thread, int Number);

    private sealed record Stuck;
}
