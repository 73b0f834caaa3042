using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Admission;

public sealed class ReserveAnyTests
{
    private readonly AdmissionFixture fixture = new();
    private readonly ConcurrencyPool one = new("one", 1);
    private readonly ConcurrencyPool two = new("two", 1);

    [Fact]
    public void ReserveAnyAsync_SeveralHaveRoom_TakesTheFirst()
    {
        var result = Result(AskAny([one, two]));

        Assert.Equal((0, 1L, 0L), (result.Alternative, one.Used, two.Used));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ReserveAnyAsync_NoneHasRoom_TakesWhicheverFreesFirst(int first)
    {
        Reservation[] held = [one.MustTake(1), two.MustTake(1)];
        var waiting = AskAny([one, two]);
        Assert.Equal(1, fixture.Queue.Length);

        held[first].Release();

        Assert.Equal(first, Result(waiting).Alternative);
        Granted(waiting).Release();
        held[1 - first].Release();
        Assert.Equal((0L, 0L, 0, 0), (one.Used, two.Used, fixture.Queue.Length, fixture.Time.ActiveTimers));
        one.MustTake(1);
        two.MustTake(1);
    }

    [Fact]
    public void ReserveAnyAsync_OthersWaitForOne_DoesNotPassThemButTakesTheOther()
    {
        var held = one.MustTake(1);
        var heldToo = two.MustTake(1);
        var earlier = fixture.Ask("earlier", one);
        var any = AskAny([one, two]);

        held.Release();
        Assert.True(earlier.IsCompleted);
        Assert.False(any.IsCompleted);
        heldToo.Release();

        Assert.Equal(1, Result(any).Alternative);
    }

    [Fact]
    public void ReserveAnyAsync_WhenItIsServed_ThoseBehindItInTheOtherLineAreServedToo()
    {
        var held = one.MustTake(1);
        var heldToo = two.MustTake(1);
        var any = AskAny([one, two]);
        var behind = fixture.Ask("behind", two);
        held.Release();
        Assert.True(any.IsCompleted);

        heldToo.Release();

        Granted(behind);
    }

    [Fact]
    public void ReserveAnyAsync_CancelledOrTimedOut_StandsNowhere()
    {
        using var cancel = new CancellationTokenSource();
        var held = one.MustTake(1);
        var heldToo = two.MustTake(1);
        var cancelled = AskAny([one, two], cancel.Token);
        var late = AskAny([one, two]);
        var behind = fixture.Ask("behind", two);
        cancel.Cancel();
        Assert.True(cancelled.IsCanceled);

        fixture.Seconds(31);

        Assert.Equal(AdmissionRefusal.TimedOut, Result(late).Refusal);
        Assert.Equal(AdmissionRefusal.TimedOut, Result(behind).Refusal);
        held.Release();
        heldToo.Release();
        Assert.Equal((0L, 0L, 0, 0), (one.Used, two.Used, fixture.Queue.Length, fixture.Time.ActiveTimers));
    }

    [Fact]
    public void ReserveAnyAsync_OneIsImpossible_WaitsForTheOther()
    {
        var held = two.MustTake(1);
        var waiting = fixture.Scheduler.ReserveAnyAsync([[new(one, 5)], [new(two, 1)]], fixture.Queue).AsTask();
        Assert.False(waiting.IsCompleted);

        held.Release();

        Assert.Equal(1, Result(waiting).Alternative);
    }

    [Fact]
    public void ReserveAnyAsync_AllAreOrBecomeImpossible_IsRefused()
    {
        Assert.Equal(AdmissionRefusal.Impossible, Result(fixture.Scheduler.ReserveAnyAsync([[new(one, 5)], [new(two, 5)]], fixture.Queue).AsTask()).Refusal);
        one.MustTake(1);
        two.MustTake(1);
        var waiting = AskAny([one, two]);

        one.ChangeLimit(0);
        Assert.False(waiting.IsCompleted);
        two.ChangeLimit(0);

        Assert.Equal(AdmissionRefusal.Impossible, Result(waiting).Refusal);
        Assert.Equal(0, fixture.Queue.Length);
    }

    [Fact]
    public void ReserveAnyAsync_BothWantTheSamePool_StandsInOneLineTwice()
    {
        var held = one.MustTake(1);
        var heldToo = two.MustTake(1);
        var waiting = fixture.Scheduler.ReserveAnyAsync([[new(one, 1), new(two, 1)], [new(one, 1)]], fixture.Queue).AsTask();

        held.Release();

        Assert.Equal(1, Result(waiting).Alternative);
        heldToo.Release();
        Assert.Equal((1L, 0L), (one.Used, two.Used));
    }

    [Fact]
    public void ReserveAnyAsync_WindowsOpenAtDifferentTimes_TakesTheFirstThatOpens()
    {
        var minute = WindowPool.Fixed("minute", 1, TimeSpan.FromSeconds(20), fixture.Time);
        var day = WindowPool.Fixed("day", 1, TimeSpan.FromSeconds(10), fixture.Time);
        minute.MustTake(1).Settle([1]);
        day.MustTake(1).Settle([1]);
        var waiting = AskAny([minute, day]);

        fixture.Seconds(10);

        Assert.Equal(1, Result(waiting).Alternative);
    }

    [Fact]
    public void ReserveAnyAsync_NothingToWaitFor_Throws() =>
        Assert.Throws<ArgumentException>(() => { _ = fixture.Scheduler.ReserveAnyAsync([], fixture.Queue).AsTask(); });

    [Fact]
    public void ReserveAnyAsync_ManyThreads_NobodyIsLeftWaitingAndNothingIsOverCommitted()
    {
        var queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumWait = TimeSpan.FromMinutes(5) }, TimeProvider.System);
        ConcurrencyPool[] pools = [new("a", 1), new("b", 2), new("c", 3)];

        TestThreads.Run(6, (_, random) =>
        {
            for (var i = 0; i < 3000; i++)
            {
                var (x, y) = (pools[random.Next(3)], pools[random.Next(3)]);
                var asked = random.Next(2) == 0
                    ? fixture.Scheduler.ReserveAnyAsync([[new(x, 1)], [new(y, 1)]], queue, new QueueEntry(random.Next(3))).AsTask()
                    : fixture.Scheduler.ReserveAsync([new(x, 1)], queue).AsTask();
                using var reservation = asked.GetAwaiter().GetResult().Reservation;
                Assert.NotNull(reservation);
                Assert.All(pools, static pool => Assert.InRange(pool.Used, 0, pool.Limit));
            }
        });

        Assert.All(pools, static pool => Assert.Equal(0, pool.Used));
        Assert.Equal(0, queue.Length);
    }

    // Nobody whose pools have room, and who is the first in every line of them, may be left waiting.
    [Fact]
    public void ReserveAnyAsync_RandomWorld_IsWorkConserving()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new SeededRandomSource(seed);
            ConcurrencyPool[] pools = [new("a", 1 + random.Next(2)), new("b", 1 + random.Next(2)), new("c", 1 + random.Next(2))];
            List<(Task<QueuedReservation> Task, ConcurrencyPool[] Any)> waiting = [];
            List<Reservation> held = [];
            for (var step = 0; step < 60; step++)
            {
                if (held.Count > 0 && random.Next(2) == 0)
                {
                    var index = random.Next(held.Count);
                    held[index].Release();
                    held.RemoveAt(index);
                }
                else
                {
                    ConcurrencyPool[] any = [pools[random.Next(3)], pools[random.Next(3)]];
                    waiting.Add((AskAny(any), any));
                }

                held.AddRange(waiting.Where(static entry => entry.Task.IsCompleted).Select(static entry => Granted(entry.Task)));
                waiting.RemoveAll(static entry => entry.Task.IsCompleted);
                Assert.All(pools, static pool => Assert.InRange(pool.Used, 0, pool.Limit));
                Assert.All(waiting, static entry => Assert.All(entry.Any, static pool => Assert.Equal(0, pool.Available)));
            }

            for (; held.Count > 0; held.RemoveAt(0))
            {
                held[0].Release();
                held.AddRange(waiting.Where(static entry => entry.Task.IsCompleted).Select(static entry => Granted(entry.Task)));
                waiting.RemoveAll(static entry => entry.Task.IsCompleted);
            }

            Assert.Empty(waiting);
        }
    }

    private Task<QueuedReservation> AskAny(ResourcePool[] any, CancellationToken cancellationToken = default) =>
        fixture.Scheduler.ReserveAnyAsync([.. any.Select(static pool => new ResourceRequest[] { new(pool, 1) })], fixture.Queue, default, cancellationToken).AsTask();
}
