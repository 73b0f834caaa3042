using Sira.Simulation.Time;

namespace Sira.Simulation.Tests.Time;

[Collection(QuietPool.Name)]
public sealed class VirtualTimeRunTests
{
    private readonly VirtualTimeProvider clock = new();

    [Fact]
    public async Task RunAsync_HoursOfDelays_PassAtOnceAndInOrder()
    {
        var started = clock.GetUtcNow();
        var order = new List<string>();

        await clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            await Task.Delay(TimeSpan.FromMinutes(50 - i), clock);
            order.Add($"{i}a");
            await Task.Delay(TimeSpan.FromHours(1), clock);
            order.Add($"{i}b");
        })));

        Assert.Equal(TimeSpan.FromMinutes(110), clock.GetUtcNow() - started);
        Assert.Equal(Enumerable.Range(0, 50).Reverse().Select(static i => $"{i}a"), order.Take(50));
        Assert.Equal(Enumerable.Range(0, 50).Reverse().Select(static i => $"{i}b"), order.Skip(50));
    }

    [Fact]
    public async Task RunAsync_Result_IsReturned() =>
        Assert.Equal(42, await clock.RunAsync(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), clock);
            return 42;
        }));

    [Fact]
    public async Task RunAsync_CodeThrows_ExceptionReachesTheCaller() =>
        await Assert.ThrowsAsync<FormatException>(() => clock.RunAsync(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), clock);
            throw new FormatException();
        }));

    [Fact]
    public async Task RunAsync_WorkOnThePool_HappensBeforeTimePasses()
    {
        var started = clock.GetUtcNow();

        await clock.RunAsync(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Task.Yield();
                await Task.Delay(TimeSpan.FromSeconds(1), clock);
            }
        });

        Assert.Equal(TimeSpan.FromSeconds(20), clock.GetUtcNow() - started);
    }

    [Fact]
    public async Task RunAsync_PoolIsStarved_WorkOnItStillHappensBeforeTimePasses()
    {
        // Once with the pool at rest, so that nothing is left to compile while it is not.
        Assert.Equal(TimeSpan.Zero, await YieldAsync());

        // Longer than busy pools were once waited for, and even one after the other shorter than they are now.
        for (var i = 0; i < 8; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Thread.Sleep(400), null);
        }

        Assert.Equal(TimeSpan.Zero, await YieldAsync());

        Task<TimeSpan> YieldAsync() => clock.RunAsync(async () =>
        {
            var started = clock.GetUtcNow();
            _ = Task.Delay(TimeSpan.FromHours(1), clock);
            await Task.Yield();
            return clock.GetUtcNow() - started;
        });
    }

    [Fact]
    public async Task RunAsync_CancellationTimer_BeatsLongerDelay()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(3), clock);
        var started = clock.GetUtcNow();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clock.RunAsync(() => Task.Delay(TimeSpan.FromHours(1), clock, cancellation.Token)));

        Assert.Equal(TimeSpan.FromSeconds(3), clock.GetUtcNow() - started);
    }

    [Fact]
    public async Task RunAsync_CancelledDelaysOfTheFramework_ContinueBeforeTimePasses()
    {
        // Task.Delay continues on the pool when it is cancelled: the one hop that ordinary request code makes.
        var late = new List<TimeSpan>();

        await clock.RunAsync(() => Task.WhenAll(Enumerable.Range(1, 200).Select(async i =>
        {
            var due = clock.GetUtcNow() + TimeSpan.FromMilliseconds(i);
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(i), clock);
            await Task.Delay(TimeSpan.FromHours(1), clock, cancellation.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (clock.GetUtcNow() != due)
            {
                lock (late)
                {
                    late.Add(clock.GetUtcNow() - due);
                }
            }
        })));

        Assert.Empty(late);
    }

    [Fact]
    public async Task RunAsync_NeverEnding_StopsAtTheHorizon()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => clock.RunAsync(Forever, TimeSpan.FromHours(1)));

        async Task Forever()
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMinutes(1), clock);
            }
        }
    }

    [Fact]
    public async Task RunAsync_SynchronizationContext_IsTheCallersAgainAfterwards()
    {
        var before = SynchronizationContext.Current;
        var running = clock.RunAsync(() =>
        {
            Assert.Null(SynchronizationContext.Current);
            return Task.CompletedTask;
        });

        Assert.Same(before, SynchronizationContext.Current);
        await running;
    }
}
