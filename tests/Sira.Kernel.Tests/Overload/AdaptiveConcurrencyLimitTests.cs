using Sira.Gateway.Configuration.Traffic;
using Sira.Kernel.Admission;
using Sira.Kernel.Configuration;
using Sira.Kernel.Overload;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Overload;

public sealed class AdaptiveConcurrencyLimitTests
{
    private readonly VirtualTimeProvider time = new();

    [Fact]
    public void TryEnter_UpToTheLimit_CountsInFlight()
    {
        var limit = Create(3);
        Enter(limit, 3);

        Assert.False(limit.TryEnter());
        Assert.Equal((3, 3), (limit.InFlight, limit.Limit));
        limit.Leave(ConcurrencyOutcome.Neutral);
        Assert.Equal(2, limit.InFlight);
        Assert.True(limit.TryEnter());
    }

    [Fact]
    public void Leave_AFullRoundOfSuccesses_RaisesTheLimitByOne()
    {
        var limit = Create(4);
        Enter(limit, 4);
        Cycle(limit, 3);
        Assert.Equal(4, limit.Limit);

        Cycle(limit, 1);
        Assert.Equal(5, limit.Limit);
        Assert.True(limit.TryEnter());
        Cycle(limit, 4);
        Assert.Equal(5, limit.Limit);
        Cycle(limit, 1);
        Assert.Equal(6, limit.Limit);
    }

    [Fact]
    public void Leave_LimitNeverReached_DoesNotRaiseIt()
    {
        var limit = Create(4);
        Enter(limit, 2);

        Cycle(limit, 1000);

        Assert.Equal(4, limit.Limit);
        Assert.Equal(2, limit.InFlight);
    }

    [Fact]
    public void Leave_Overloaded_LowersTheLimitOnceInItsInterval()
    {
        var limit = Create(100);
        Enter(limit, 100);

        Leave(limit, 5, ConcurrencyOutcome.Overloaded);
        Assert.Equal(80, limit.Limit);
        Assert.False(limit.TryEnter());
        time.Advance(TimeSpan.FromMilliseconds(999));
        Leave(limit, 1, ConcurrencyOutcome.Overloaded);
        Assert.Equal(80, limit.Limit);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Leave(limit, 1, ConcurrencyOutcome.Overloaded);
        Assert.Equal(64, limit.Limit);
        Assert.Equal(93, limit.InFlight);
    }

    [Fact]
    public void Leave_OverloadedWithinARound_BeginsItAnew()
    {
        var limit = Create(10);
        Enter(limit, 10);
        Cycle(limit, 9);

        Leave(limit, 1, ConcurrencyOutcome.Overloaded);
        Leave(limit, 2, ConcurrencyOutcome.Success);
        Assert.Equal(8, limit.Limit);
    }

    [Fact]
    public void Leave_EndlessOverloadAndSuccess_StaysWithinTheBounds()
    {
        var limit = new AdaptiveConcurrencyLimit("calls", new AdaptiveConcurrencyLimitOptions { InitialLimit = 5, MinimumLimit = 2, MaximumLimit = 8, DecreaseInterval = TimeSpan.Zero }, time);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(limit.TryEnter());
            limit.Leave(ConcurrencyOutcome.Overloaded);
            Assert.InRange(limit.Limit, 2, 5);
        }

        Assert.Equal(2, limit.Limit);
        for (var i = 0; i < 1000; i++)
        {
            while (limit.TryEnter())
            {
            }

            limit.Leave(ConcurrencyOutcome.Success);
            Assert.InRange(limit.Limit, 2, 8);
        }

        Assert.Equal(8, limit.Limit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryEnter_CalleeWithAKnownCapacity_FindsIt(int seed)
    {
        // The callee serves forty at once and refuses the rest; calls take a second or so. The limit saws between 0.8 of it and a little above.
        const int Capacity = 40;
        var random = new SeededRandomSource(seed);
        var limit = Create(5);
        var calls = new PriorityQueue<bool, long>();
        long sum = 0, samples = 0, refused = 0, served = 0;
        var atCallee = 0;
        for (var now = 0; now < 2_000_000; now += 10)
        {
            while (calls.TryPeek(out var accepted, out var due) && due <= now)
            {
                calls.Dequeue();
                atCallee -= accepted ? 1 : 0;
                limit.Leave(accepted ? ConcurrencyOutcome.Success : ConcurrencyOutcome.Overloaded);
            }

            while (limit.TryEnter())
            {
                var accepted = atCallee < Capacity;
                atCallee += accepted ? 1 : 0;
                (served, refused) = accepted ? (served + 1, refused) : (served, refused + 1);
                calls.Enqueue(accepted, now + (accepted ? 500 + random.Next(1000) : 20));
            }

            time.Advance(TimeSpan.FromMilliseconds(10));
            (sum, samples) = now > 500_000 ? (sum + limit.Limit, samples + 1) : (sum, samples);
        }

        Assert.InRange((double)sum / samples, 0.8 * Capacity, 1.05 * Capacity);
        Assert.True(refused < served * 0.02, $"{refused} refused, {served} served");
    }

    [Fact]
    public async Task Pool_WaitedForInAQueue_ServesWhenTheLimitRises()
    {
        var limit = Create(1);
        var scheduler = new ResourceScheduler();
        var queue = new AdmissionQueue(AdmissionQueueOptions.Default, time);
        using var first = (await scheduler.ReserveAsync([new(limit.Pool, 1)], queue)).Reservation!;
        var second = scheduler.ReserveAsync([new(limit.Pool, 1)], queue).AsTask();
        var third = scheduler.ReserveAsync([new(limit.Pool, 1)], queue).AsTask();

        limit.Record(ConcurrencyOutcome.Success);

        Assert.Equal((2, 2), (limit.Limit, limit.InFlight));
        Assert.True(second.IsCompleted);
        (await second).Reservation!.Release();
        Assert.True(third.IsCompleted);
    }

    [Fact]
    public void Leave_NobodyEntered_Throws()
    {
        var limit = Create(3);
        Assert.Contains("calls", Assert.Throws<InvalidOperationException>(() => limit.Leave(ConcurrencyOutcome.Success)).Message);
        Assert.Equal(0, limit.InFlight);
    }

    [Fact]
    public void TryEnter_ManyThreads_NeverMoreThanTheMaximum()
    {
        var limit = new AdaptiveConcurrencyLimit("calls", new AdaptiveConcurrencyLimitOptions { InitialLimit = 3, MaximumLimit = 6, DecreaseInterval = TimeSpan.Zero }, TimeProvider.System);
        long inFlight = 0, most = 0;
        var threads = Enumerable.Range(0, 8).Select(seed => new Thread(() =>
        {
            var random = new SeededRandomSource(seed);
            for (var i = 0; i < 30_000; i++)
            {
                if (limit.TryEnter())
                {
                    var now = Interlocked.Increment(ref inFlight);
                    for (var seen = Volatile.Read(ref most); now > seen; seen = Interlocked.CompareExchange(ref most, now, seen))
                    {
                    }

                    Thread.SpinWait(random.Next(50));
                    Interlocked.Decrement(ref inFlight);
                    limit.Leave(random.Next(20) == 0 ? ConcurrencyOutcome.Overloaded : ConcurrencyOutcome.Success);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.InRange(most, 1, 6);
        Assert.InRange(limit.Limit, 1, 6);
        Assert.Equal(0, limit.InFlight);
    }

    [Fact]
    public void TryEnterAndLeave_DoNotAllocate()
    {
        var limit = Create(3);
        Assert.Equal(0, Allocations.By(() =>
        {
            limit.TryEnter();
            limit.Leave(ConcurrencyOutcome.Success);
            limit.TryEnter();
            limit.Leave(ConcurrencyOutcome.Overloaded);
        }));
    }

    [Fact]
    public void Reconfigure_MovesTheLimitIntoTheBounds()
    {
        var limit = Create(50);
        limit.Reconfigure(new AdaptiveConcurrencyLimitOptions { InitialLimit = 10, MaximumLimit = 30 });
        Assert.Equal(30, limit.Limit);
        limit.Reconfigure(new AdaptiveConcurrencyLimitOptions { InitialLimit = 40, MinimumLimit = 40 });
        Assert.Equal(40, limit.Limit);
    }

    [Fact]
    public void Validate_EveryMistake_IsNamed()
    {
        var errors = new ConfigurationErrors();
        new AdaptiveConcurrencyLimitOptions { InitialLimit = 5, MinimumLimit = 0, MaximumLimit = -1, DecreaseFactor = 1, DecreaseInterval = TimeSpan.FromDays(1) }.Validate("X", errors);

        Assert.Equal(["X:MinimumLimit", "X:MaximumLimit", "X:InitialLimit", "X:DecreaseFactor", "X:DecreaseInterval"], errors.Items.Select(error => error.Path));
        Assert.Throws<SiraConfigurationException>(() => Create(2000));
    }

    private AdaptiveConcurrencyLimit Create(int initial) => new("calls", new AdaptiveConcurrencyLimitOptions { InitialLimit = initial }, time);

    private static void Enter(AdaptiveConcurrencyLimit limit, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(limit.TryEnter());
        }
    }

    private static void Leave(AdaptiveConcurrencyLimit limit, int count, ConcurrencyOutcome outcome)
    {
        for (var i = 0; i < count; i++)
        {
            limit.Leave(outcome);
        }
    }

    // One call ends well and the next takes its place.
    private static void Cycle(AdaptiveConcurrencyLimit limit, int count)
    {
        for (var i = 0; i < count; i++)
        {
            limit.Leave(ConcurrencyOutcome.Success);
            Assert.True(limit.TryEnter());
        }
    }
}
