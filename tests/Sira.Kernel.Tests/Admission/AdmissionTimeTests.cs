using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Admission;

public sealed class AdmissionTimeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly AdmissionFixture fixture = new(maximumWaitSeconds: 3600);

    [Fact]
    public void ReserveAsync_FixedWindow_IsGrantedWhenTheNextBegins()
    {
        var pool = WindowPool.Fixed("pool", 2, Minute, fixture.Time);
        pool.MustTake(2).Settle([2]);
        fixture.Seconds(20);
        Task<QueuedReservation>[] waiting = [.. Enumerable.Range(0, 5).Select(i => fixture.Ask($"{i}", pool))];

        fixture.Seconds(39.9);
        Assert.Empty(fixture.Served);
        fixture.Seconds(0.1);
        Assert.Equal(["0", "1"], fixture.Served);
        fixture.Seconds(60);
        Assert.Equal(["0", "1", "2", "3"], fixture.Served);
        fixture.Seconds(60);

        Assert.Equal(new[] { 40.0, 40, 100, 100, 160 }, waiting.Select(task => Result(task).Waited.TotalSeconds));
        Assert.Equal(0, fixture.Time.ActiveTimers);
    }

    [Fact]
    public void ReserveAsync_SlidingWindow_IsGrantedAtTheRetryTime()
    {
        var pool = WindowPool.Sliding("pool", 10, Minute, fixture.Time);
        pool.MustTake(10).Settle([10]);
        fixture.Seconds(15);
        var retryAfter = pool.MustRefuse(4).RetryAfter!.Value;

        var waiting = fixture.Ask("a", pool, 4);
        fixture.Time.Advance(retryAfter - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(retryAfter, Result(waiting).Waited);
    }

    [Fact]
    public void ReserveAsync_SettledForLess_IsGrantedBeforeTheRetryTime()
    {
        var pool = WindowPool.Sliding("pool", 10, Minute, fixture.Time);
        var held = pool.MustTake(10);
        var waiting = fixture.Ask("a", pool, 4);
        fixture.Seconds(5);

        held.Settle([6]);

        Assert.Equal(TimeSpan.FromSeconds(5), Result(waiting).Waited);
    }

    [Fact]
    public void ReserveAsync_WindowLaterThanTheDeadline_IsRejectedWithTheTimeThatIsLeft()
    {
        var hasty = new AdmissionFixture(maximumWaitSeconds: 10);
        var pool = WindowPool.Fixed("pool", 1, Minute, hasty.Time);
        pool.MustTake(1);
        hasty.Seconds(15);
        var first = hasty.Ask("a", pool);
        hasty.Seconds(5);
        var behind = hasty.Ask("b", [new(pool, 1)], new QueueEntry(MaximumWait: TimeSpan.FromSeconds(2)));
        hasty.Seconds(2);

        Assert.Equal(TimeSpan.FromSeconds(38), Result(behind).Rejection.RetryAfter);
        hasty.Seconds(3);
        Assert.Equal(TimeSpan.FromSeconds(35), Result(first).Rejection.RetryAfter);
        Assert.Equal(AdmissionRefusal.TimedOut, Result(first).Refusal);
    }

    [Fact]
    public void ReserveAsync_RoomAtTheInstantOfTheDeadline_IsGranted()
    {
        var pool = WindowPool.Fixed("pool", 2, Minute, fixture.Time);
        pool.MustTake(2);
        var entry = new QueueEntry(MaximumWait: Minute);
        var first = fixture.Ask("a", [new(pool, 1)], entry);
        var second = fixture.Ask("b", [new(pool, 1)], entry);
        var third = fixture.Ask("c", [new(pool, 1)], entry);

        fixture.Seconds(60);

        Granted(first);
        Granted(second);
        Assert.Equal(AdmissionRefusal.TimedOut, Result(third).Refusal);
        Assert.Equal(Minute, Result(third).Waited);
    }

    [Fact]
    public void ReserveAsync_SlotsAndWindow_WaitsForTheOneThatRefuses()
    {
        var window = WindowPool.Fixed("window", 1, Minute, fixture.Time);
        var slots = new ConcurrencyPool("slots", 1);
        window.MustTake(1);
        var held = slots.MustTake(1);
        var waiting = fixture.Ask("a", [new(window, 1), new(slots, 1)]);

        fixture.Seconds(60);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0, window.Used);
        held.Release();

        Granted(waiting).Release();
        Assert.Equal((0L, 0L), (window.Used, slots.Used));
    }

    [Fact]
    public async Task RunAsync_EqualSeeds_GiveEqualOrders()
    {
        var first = await TraceAsync(seed: 7);
        Assert.Equal(first, await TraceAsync(seed: 7));
        Assert.NotEqual(first, await TraceAsync(seed: 8));
        Assert.Contains(first, line => line.Contains("TimedOut"));
        Assert.Contains(first, line => line.Contains("Full"));
        Assert.Contains(first, line => line.Contains("cancelled"));
        Assert.Contains(first, line => line.Contains("None"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RunAsync_AnySeed_LeaksNothingAndNeverExceedsALimit(int seed)
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.NotEmpty(await TraceAsync((seed * 1000) + i));
        }
    }

    // A crowd of callers with their own pools, patience and priorities, who hold what they get for a while.
    private static async Task<List<string>> TraceAsync(int seed)
    {
        var fixture = new AdmissionFixture(maximumLength: 12, maximumWaitSeconds: 20);
        var random = new SeededRandomSource(seed);
        ResourcePool[] pools = [new ConcurrencyPool("slots", 4), WindowPool.Fixed("fixed", 12, TimeSpan.FromSeconds(10), fixture.Time), WindowPool.Sliding("sliding", 15, TimeSpan.FromSeconds(15), fixture.Time)];
        var trace = new List<string>();

        await fixture.Time.RunAsync(async () => await Task.WhenAll(Enumerable.Range(0, 80).Select(CallAsync)).ConfigureAwait(false));

        Assert.Equal((0, TimeSpan.Zero, 0L), (fixture.Queue.Length, fixture.Queue.OldestWait, pools[0].Used));
        fixture.Seconds(60);
        Assert.Equal((0L, 0L, 0), (pools[1].Used, pools[2].Used, fixture.Time.ActiveTimers));
        return trace;

        async Task CallAsync(int id)
        {
            var start = TimeSpan.FromMilliseconds(random.Next(30_000));
            var hold = TimeSpan.FromMilliseconds(random.Next(4_000));
            var entry = new QueueEntry(random.Next(3), TimeSpan.FromMilliseconds(random.Next(25_000)));
            ResourceRequest[] requests = [.. pools.OrderBy(_ => random.NextDouble()).Take(1 + random.Next(3)).Select(pool => new ResourceRequest(pool, 1 + random.Next(4)))];
            using var cancel = new CancellationTokenSource(random.Next(5) == 0 ? TimeSpan.FromMilliseconds(random.Next(20_000)) : Timeout.InfiniteTimeSpan, fixture.Time);
            await InlineDelay.WaitAsync(start, fixture.Time, CancellationToken.None).ConfigureAwait(false);
            try
            {
                var result = await fixture.Scheduler.ReserveAsync(requests, fixture.Queue, entry, cancel.Token).ConfigureAwait(false);
                trace.Add($"{fixture.Time.GetUtcNow():ss.fff} {id} {result.Refusal} {result.Waited}");
                Assert.All(pools, pool => Assert.InRange(pool.Used, 0, pool.Limit));
                if (result.IsGranted)
                {
                    using (result.Reservation)
                    {
                        await InlineDelay.WaitAsync(hold, fixture.Time, CancellationToken.None).ConfigureAwait(false);
                        result.Reservation.Settle([.. requests.Select(request => request.Amount - 1)]);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                trace.Add($"{fixture.Time.GetUtcNow():ss.fff} {id} cancelled");
            }
        }
    }
}
