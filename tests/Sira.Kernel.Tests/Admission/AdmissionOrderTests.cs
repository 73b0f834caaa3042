using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Admission;

public sealed class AdmissionOrderTests
{
    private readonly AdmissionFixture fixture = new();
    private readonly ConcurrencyPool slots = new("slots", 1);
    private readonly ConcurrencyPool others = new("others", 1);

    [Fact]
    public void ReserveAsync_Room_IsGrantedAtOnce()
    {
        var result = Result(fixture.Ask("a", slots));

        Assert.True(result.IsGranted);
        Assert.Equal((AdmissionRefusal.None, TimeSpan.Zero), (result.Refusal, result.Waited));
        Assert.Equal(1, slots.Used);
        result.Reservation.Release();
        Assert.Equal(0, slots.Used);
        Assert.Equal(0, fixture.Time.ActiveTimers);
    }

    [Fact]
    public void ReserveAsync_Nothing_IsGrantedEvenIfOthersWait()
    {
        slots.MustTake(1);
        _ = fixture.Ask("a", slots);

        Assert.Same(Reservation.Empty, Granted(fixture.Ask("b", [])));
        Granted(fixture.Ask("c", slots, amount: 0));
    }

    [Fact]
    public void ReserveAsync_NoRoom_WaitsUntilItIsFreed()
    {
        var held = slots.MustTake(1);
        var waiting = fixture.Ask("a", slots);
        fixture.Seconds(3);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, fixture.Queue.Length);
        Assert.Equal(TimeSpan.FromSeconds(3), fixture.Queue.OldestWait);

        held.Settle([1]);

        Assert.Equal(TimeSpan.FromSeconds(3), Result(waiting).Waited);
        Assert.Equal((0, TimeSpan.Zero), (fixture.Queue.Length, fixture.Queue.OldestWait));
        Assert.Equal(1, slots.Used);
        Assert.Equal(0, fixture.Time.ActiveTimers);
        Granted(waiting).Release();
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void ReserveAsync_SeveralWait_AreServedByPriorityThenArrival()
    {
        var held = slots.MustTake(1);
        Task<QueuedReservation>[] waiting = [fixture.Ask("low 1", slots, priority: -1), fixture.Ask("mid 1", slots), fixture.Ask("high 1", slots, priority: 5), fixture.Ask("mid 2", slots), fixture.Ask("high 2", slots, priority: 5), fixture.Ask("low 2", slots, priority: -1)];

        for (held.Release(); fixture.Served.Count < waiting.Length;)
        {
            waiting.Where(task => task.IsCompleted).ToList().ForEach(task => Granted(task).Release());
        }

        Assert.Equal(["high 1", "high 2", "mid 1", "mid 2", "low 1", "low 2"], fixture.Served);
    }

    [Fact]
    public void ReserveAsync_OthersWaitForMore_DoesNotOvertakeThem()
    {
        var pool = new ConcurrencyPool("pool", 10);
        var held = pool.MustTake(5);
        var large = fixture.Ask("large", pool, 8);
        var small = fixture.Ask("small", pool, 1);
        Assert.False(small.IsCompleted, "The small one overtook the large one.");
        Assert.Equal(5, pool.Available);

        var urgent = Granted(fixture.Ask("urgent", pool, 2, priority: 1));
        held.Release();
        Granted(large);
        Assert.False(small.IsCompleted);
        urgent.Release();

        Granted(small);
        Assert.Equal(["urgent", "large", "small"], fixture.Served);
    }

    [Fact]
    public void ReserveAsync_EndlessSmallOnes_DoNotStarveALargeOne()
    {
        var pool = new ConcurrencyPool("pool", 4);
        var held = new Queue<Reservation>(Enumerable.Range(0, 4).Select(_ => pool.MustTake(1)));
        var large = fixture.Ask("large", pool, 4);
        var small = new Queue<Task<QueuedReservation>>();
        for (var i = 0; i < 4; i++)
        {
            small.Enqueue(fixture.Ask($"small {i}", pool));
            held.Dequeue().Release();
        }

        Granted(large).Release();
        Assert.Equal("large", fixture.Served[0]);
        Assert.All(small, task => Granted(task).Release());
        Assert.Equal(0, pool.Used);
    }

    [Fact]
    public void ReserveAsync_OthersWaitForAnotherPool_IsNotHeldUp()
    {
        slots.MustTake(1);
        var blocked = fixture.Ask("both", [new(others, 1), new(slots, 1)]);

        Granted(fixture.Ask("other", others)).Release();

        Assert.False(blocked.IsCompleted);
        Assert.Equal(0, others.Used);
    }

    [Fact]
    public void ReserveAsync_RefusedByOnePoolAfterTheOther_KeepsItsPlaceInBoth()
    {
        var first = slots.MustTake(1);
        var second = others.MustTake(1);
        var both = fixture.Ask("both", [new(slots, 1), new(others, 1)]);
        var laterBoth = fixture.Ask("later both", [new(others, 1), new(slots, 1)]);
        var later = fixture.Ask("later", others);

        first.Release();
        Assert.False(both.IsCompleted || laterBoth.IsCompleted || later.IsCompleted);
        Assert.Equal(0, slots.Used);
        second.Release();
        Assert.Equal(["both"], fixture.Served);
        Granted(both).Release();

        Assert.Equal(["both", "later both"], fixture.Served);
        Granted(laterBoth).Release();
        Granted(later).Release();
        Assert.Equal((0, 0), (slots.Used, others.Used));
    }

    [Fact]
    public void ReserveAsync_SeveralQueuesOnOnePool_AreServedInOneOrder()
    {
        var held = slots.MustTake(1);
        var second = fixture.NewQueue();
        Task<QueuedReservation>[] waiting = [fixture.Ask("a", slots), fixture.Ask("b", slots, queue: second), fixture.Ask("c", slots), fixture.Ask("urgent", slots, priority: 1, queue: second)];
        Assert.Equal((2, 2), (fixture.Queue.Length, second.Length));

        held.Release();
        Granted(waiting[3]).Release();
        Granted(waiting[0]).Release();
        Granted(waiting[1]).Release();
        Granted(waiting[2]).Release();

        Assert.Equal(["urgent", "a", "b", "c"], fixture.Served);
        Assert.Equal((0, 0), (fixture.Queue.Length, second.Length));
    }

    [Fact]
    public void ReserveAsync_QueueFull_IsRejectedOrDisplacesTheLastOfLowerPriority()
    {
        var small = new AdmissionFixture(maximumLength: 2);
        var held = slots.MustTake(1);
        var oldLow = small.Ask("old low", slots, priority: -1);
        var newLow = small.Ask("new low", slots, priority: -1);

        var rejected = Result(small.Ask("equal", slots, priority: -1));
        Assert.Equal((AdmissionRefusal.Full, TimeSpan.Zero), (rejected.Refusal, rejected.Waited));
        Assert.Equal(new ResourceRejection(slots, 1, 1, null), rejected.Rejection);
        small.Seconds(2);
        var high = small.Ask("high", slots, priority: 3);
        var displaced = Result(newLow);
        Assert.Equal((AdmissionRefusal.Full, TimeSpan.FromSeconds(2)), (displaced.Refusal, displaced.Waited));
        Assert.Equal(new ResourceRejection(slots, 1, 1, null), displaced.Rejection);
        Assert.Equal(2, small.Queue.Length);

        held.Release();
        Granted(high).Release();
        Granted(oldLow).Release();
        Assert.Equal(["equal Full", "new low Full", "high", "old low"], small.Served);
        Assert.Equal((0, 0), (slots.Used, small.Time.ActiveTimers));
    }

    [Fact]
    public void ReserveAsync_DisplacedWasInTheWay_LetsTheOthersPass()
    {
        var small = new AdmissionFixture(maximumLength: 1);
        var pool = new ConcurrencyPool("pool", 4);
        pool.MustTake(2);
        var large = small.Ask("large", pool, 3);
        var behind = small.Ask("behind", pool, 1, queue: small.NewQueue());
        slots.MustTake(1);

        _ = small.Ask("elsewhere", slots, priority: 1);

        Assert.Equal(AdmissionRefusal.Full, Result(large).Refusal);
        Granted(behind);
    }

    [Fact]
    public void Reconfigure_Shorter_KeepsThoseWhoWait()
    {
        var held = slots.MustTake(1);
        Task<QueuedReservation>[] waiting = [fixture.Ask("a", slots), fixture.Ask("b", slots)];

        fixture.Queue.Reconfigure(new AdmissionQueueOptions { MaximumLength = 1 });

        Assert.Equal(AdmissionRefusal.Full, Result(fixture.Ask("c", slots)).Refusal);
        held.Release();
        Granted(waiting[0]).Release();
        Granted(waiting[1]);
    }

    [Fact]
    public void TryReserve_OthersWait_LooksAtTheRoomOnly()
    {
        var pool = new ConcurrencyPool("pool", 4);
        pool.MustTake(2);
        var large = fixture.Ask("large", pool, 3);

        pool.MustTake(1).Release();

        Assert.False(large.IsCompleted);
        Assert.Equal(2, pool.Used);
    }
}
