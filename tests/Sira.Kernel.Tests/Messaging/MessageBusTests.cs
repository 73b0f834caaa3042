using Sira.Kernel.Messaging;

namespace Sira.Kernel.Tests.Messaging;

public sealed class MessageBusTests : IDisposable
{
    private readonly ListLogger logger = new();
    private readonly MessageBus bus;

    public MessageBusTests() => bus = new MessageBus(logger);

    public void Dispose() => bus.Dispose();

    [Fact]
    public void Publish_NobodyListens_DoesNothing()
    {
        bus.Publish(new Ping(1));

        Assert.False(bus.HasSubscribers<Ping>());
    }

    [Fact]
    public void Publish_SeveralHandlers_CallsThemInOrderBeforeItReturns()
    {
        var calls = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var name = $"handler {i}";
            bus.Subscribe<Ping>(ping => calls.Add($"{name}: {ping.Number}"));
        }

        bus.Publish(new Ping(7));

        Assert.Equal(["handler 0: 7", "handler 1: 7", "handler 2: 7", "handler 3: 7", "handler 4: 7"], calls);
    }

    [Fact]
    public void Publish_OtherTypes_AreNotDelivered()
    {
        var calls = 0;
        bus.Subscribe<Ping>(_ => calls++);
        bus.Subscribe<object>(_ => calls += 100);

        bus.Publish(new Pong(1));
        bus.Publish("text");
        Assert.Equal(0, calls);
        bus.Publish<object>("text");
        Assert.Equal(100, calls);
    }

    [Fact]
    public void Publish_OnTwoBuses_AreStrangers()
    {
        using var other = new MessageBus();
        var calls = 0;
        bus.Subscribe<Ping>(_ => calls++);

        other.Publish(new Ping(1));

        Assert.Equal(0, calls);
        Assert.False(other.HasSubscribers<Ping>());
    }

    [Fact]
    public void Dispose_Subscription_EndsItAndOnlyIt()
    {
        var calls = new List<int>();
        Action<Ping> handler = ping => calls.Add(ping.Number);
        var first = bus.Subscribe(handler);
        var second = bus.Subscribe(handler);

        first.Dispose();
        first.Dispose();
        bus.Publish(new Ping(1));
        Assert.Equal([1], calls);
        Assert.True(bus.HasSubscribers<Ping>());

        second.Dispose();
        bus.Publish(new Ping(2));
        Assert.Equal([1], calls);
        Assert.False(bus.HasSubscribers<Ping>());

        using var third = bus.Subscribe(handler);
        bus.Publish(new Ping(3));
        Assert.Equal([1, 3], calls);
    }

    [Fact]
    public void Publish_HandlerEndsItselfAndALaterOne_NeitherIsCalledAgain()
    {
        var calls = new List<string>();
        IDisposable? first = null;
        IDisposable? third = null;
        first = bus.Subscribe<Ping>(_ =>
        {
            calls.Add("first");
            first!.Dispose();
            third!.Dispose();
        });
        bus.Subscribe<Ping>(_ => calls.Add("second"));
        third = bus.Subscribe<Ping>(_ => calls.Add("third"));

        bus.Publish(new Ping(1));
        bus.Publish(new Ping(2));

        Assert.Equal(["first", "second", "second"], calls);
    }

    [Fact]
    public void Publish_HandlerSubscribesAnother_ItHearsTheNextMessage()
    {
        var late = new List<int>();
        var subscribed = false;
        bus.Subscribe<Ping>(_ =>
        {
            if (!subscribed)
            {
                subscribed = true;
                bus.Subscribe<Ping>(ping => late.Add(ping.Number));
            }
        });

        bus.Publish(new Ping(1));
        bus.Publish(new Ping(2));

        Assert.Equal([2], late);
    }

    [Fact]
    public void Publish_HandlerThrows_DisturbsNobodyAndIsReported()
    {
        var calls = new List<string>();
        var faults = new List<HandlerFaulted>();
        var failure = new InvalidOperationException("broken");
        bus.Subscribe<HandlerFaulted>(faults.Add);
        bus.Subscribe<Ping>(_ => throw failure);
        bus.Subscribe<Ping>(_ => calls.Add("second"));

        bus.Publish(new Ping(1));

        Assert.Equal(["second"], calls);
        Assert.Equal(new HandlerFaulted(typeof(Ping), failure), Assert.Single(faults));
        var entry = Assert.Single(logger.Entries);
        Assert.Equal(1100, entry.Id.Id);
        Assert.Same(failure, entry.Exception);
        Assert.Contains(nameof(Ping), entry.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Publish_FaultHandlerThrows_IsLoggedAndNotPublishedAgain()
    {
        var calls = 0;
        bus.Subscribe<HandlerFaulted>(_ =>
        {
            calls++;
            throw new InvalidOperationException("and again");
        });
        bus.Subscribe<Ping>(_ => throw new InvalidOperationException("broken"));

        bus.Publish(new Ping(1));

        Assert.Equal(1, calls);
        Assert.Equal(2, logger.Entries.Count);
    }

    [Fact]
    public void Publish_FaultHandlerCausesAnotherFault_DoesNotRecur()
    {
        var calls = 0;
        bus.Subscribe<HandlerFaulted>(_ =>
        {
            calls++;
            bus.Publish(new Pong(1));
        });
        bus.Subscribe<Pong>(_ => throw new InvalidOperationException("and again"));
        bus.Subscribe<Ping>(_ => throw new InvalidOperationException("broken"));

        bus.Publish(new Ping(1));
        Assert.Equal(1, calls);
        Assert.Equal(2, logger.Entries.Count);

        bus.Publish(new Ping(2));
        Assert.Equal(2, calls);
    }

    [Fact]
    public void Dispose_Bus_EndsAllAndRefusesNewOnes()
    {
        var calls = 0;
        var subscription = bus.Subscribe<Ping>(_ => calls++);

        bus.Dispose();
        bus.Dispose();
        bus.Publish(new Ping(1));

        Assert.Equal(0, calls);
        Assert.False(bus.HasSubscribers<Ping>());
        Assert.Throws<ObjectDisposedException>(() => bus.Subscribe<Ping>(_ => { }));
        Assert.Throws<ObjectDisposedException>(() => bus.Subscribe<Ping>((_, _) => default));
        subscription.Dispose();
    }

    [Fact]
    public void Subscribe_BadArguments_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => bus.Subscribe((Action<Ping>)null!));
        Assert.Throws<ArgumentNullException>(() => bus.Subscribe((Func<Ping, CancellationToken, ValueTask>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Subscribe<Ping>((_, _) => default, new() { Capacity = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Subscribe<Ping>((_, _) => default, new() { DrainTimeout = TimeSpan.FromSeconds(-2) }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Publish_ValuesAndReferences_DoesNotAllocate(int handlers)
    {
        long sum = 0;
        for (var i = 0; i < handlers; i++)
        {
            bus.Subscribe<Ping>(ping => sum += ping.Number);
            bus.Subscribe<string>(text => sum += text.Length);
        }

        Publish(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Publish(10_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(handlers * 10_100L * 3, sum);

        void Publish(int times)
        {
            for (var i = 0; i < times; i++)
            {
                bus.Publish(new Ping(1));
                bus.Publish("ab");
            }
        }
    }

    [Fact]
    public void Publish_WhileOthersComeAndGo_ReachesWhoStays()
    {
        const int Messages = 20_000;
        var steady = new long[4];
        for (var i = 0; i < steady.Length; i++)
        {
            var index = i;
            bus.Subscribe<Ping>(_ => Interlocked.Increment(ref steady[index]));
        }

        var stop = 0;
        var churn = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (Volatile.Read(ref stop) == 0)
            {
                bus.Subscribe<Ping>(_ => { }).Dispose();
                bus.Subscribe<Pong>(_ => { }).Dispose();
            }
        })).ToArray();
        var publishers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Messages; i++)
            {
                bus.Publish(new Ping(i));
            }
        })).ToArray();
        Thread[] all = [.. churn, .. publishers];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(publishers, thread => thread.Join());
        Volatile.Write(ref stop, 1);
        Array.ForEach(churn, thread => thread.Join());

        Assert.All(steady, count => Assert.Equal(2 * Messages, count));
        Assert.False(bus.HasSubscribers<Pong>());
        Assert.Empty(logger.Entries);
    }

    private readonly record struct Ping(int Number);

    private sealed record Pong(int Number);
}
