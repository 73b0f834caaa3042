using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using Sira.Simulation.Time;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Admission;

public sealed class AdmissionEndingTests
{
    private readonly AdmissionFixture fixture = new();
    private readonly ConcurrencyPool slots = new("slots", 2);

    [Fact]
    public void ReserveAsync_DeadlinePasses_IsRejectedAtThatInstant()
    {
        var held = slots.MustTake(2);
        var waiting = fixture.Ask("a", slots);
        var impatient = fixture.Ask("b", [new(slots, 1)], new QueueEntry(MaximumWait: TimeSpan.FromSeconds(2.5)));
        var patient = fixture.Ask("c", [new(slots, 1)], new QueueEntry(MaximumWait: TimeSpan.FromHours(1)));
        var endless = fixture.Ask("d", [new(slots, 1)], new QueueEntry(MaximumWait: Timeout.InfiniteTimeSpan));

        fixture.Seconds(2.5);
        Assert.Equal((AdmissionRefusal.TimedOut, TimeSpan.FromSeconds(2.5)), (Result(impatient).Refusal, Result(impatient).Waited));
        fixture.Seconds(27.4);
        Assert.False(waiting.IsCompleted);
        fixture.Seconds(0.1);

        var result = Result(waiting);
        Assert.Equal((AdmissionRefusal.TimedOut, TimeSpan.FromSeconds(30)), (result.Refusal, result.Waited));
        Assert.Equal(new ResourceRejection(slots, 1, 2, null), result.Rejection);
        Assert.Equal(AdmissionRefusal.TimedOut, Result(patient).Refusal);
        Assert.Equal(AdmissionRefusal.TimedOut, Result(endless).Refusal);
        Assert.Equal((0, 0), (fixture.Queue.Length, fixture.Time.ActiveTimers));
        held.Release();
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void ReserveAsync_NoTimeToWait_IsRejectedAtOnceAndOvertakesNobody()
    {
        slots.MustTake(1);
        var noTime = new QueueEntry(MaximumWait: TimeSpan.Zero);
        Assert.Equal(AdmissionRefusal.TimedOut, Result(fixture.Ask("a", [new(slots, 2)], noTime)).Refusal);
        var large = fixture.Ask("large", slots, 2);

        Assert.Equal(AdmissionRefusal.TimedOut, Result(fixture.Ask("b", [new(slots, 1)], noTime)).Refusal);

        Assert.False(large.IsCompleted);
        Assert.Equal(1, fixture.Queue.Length);
    }

    [Fact]
    public void ReserveAsync_HeadGivesUp_LetsTheNextPass()
    {
        slots.MustTake(1);
        using var cancel = new CancellationTokenSource();
        var large = fixture.Ask("large", slots, 2, cancellationToken: cancel.Token);
        var small = fixture.Ask("small", slots);

        cancel.Cancel();

        Assert.True(large.IsCanceled);
        Granted(small);
        var timedOut = fixture.Ask("late", slots, 2);
        fixture.Seconds(10);
        var next = fixture.Ask("next", slots, 2);
        fixture.Seconds(20);
        Assert.Equal(AdmissionRefusal.TimedOut, Result(timedOut).Refusal);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task ReserveAsync_Cancelled_EndsWithTheTokenAndHoldsNothing()
    {
        using var cancel = new CancellationTokenSource();
        var held = slots.MustTake(2);
        var waiting = fixture.Ask("a", slots, cancellationToken: cancel.Token);

        cancel.Cancel();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        held.Release();
        Assert.Equal((0L, 0, 0), (slots.Used, fixture.Queue.Length, fixture.Time.ActiveTimers));
        Assert.True(fixture.Ask("b", slots, cancellationToken: cancel.Token).IsCanceled, "A cancelled token asks for nothing.");
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void ReserveAsync_CancelledAfterTheGrant_KeepsIt()
    {
        using var cancel = new CancellationTokenSource();
        var held = slots.MustTake(2);
        var waiting = fixture.Ask("a", slots, cancellationToken: cancel.Token);
        held.Release();

        cancel.Cancel();

        Granted(waiting).Release();
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void ReserveAsync_MoreThanTheLimit_NeverWaits()
    {
        var other = new ConcurrencyPool("other", 10);
        slots.MustTake(1);
        _ = fixture.Ask("waits", slots, 2);

        var single = Result(fixture.Ask("a", [new(other, 1), new(slots, 3)]));
        var summed = Result(fixture.Ask("b", [new(slots, 1), new(other, 1), new(slots, 2)]));
        var huge = Result(fixture.Ask("c", [new(slots, long.MaxValue), new(slots, long.MaxValue)]));

        Assert.All([single, summed, huge], result => Assert.Equal(AdmissionRefusal.Impossible, result.Refusal));
        Assert.Same(slots, single.Rejection.Pool);
        Assert.EndsWith("which can never fit", single.Rejection.ToString());
        Assert.Equal((1, 1L, 0L), (fixture.Queue.Length, slots.Used, other.Used));
    }

    [Fact]
    public void ChangeLimit_Raised_ServesThoseWhoWait()
    {
        slots.MustTake(2);
        Task<QueuedReservation>[] waiting = [fixture.Ask("a", slots), fixture.Ask("b", slots), fixture.Ask("c", slots)];

        slots.ChangeLimit(4);

        Granted(waiting[0]);
        Granted(waiting[1]);
        Assert.False(waiting[2].IsCompleted);
    }

    [Fact]
    public void ChangeLimit_LoweredBelowWhatIsAsked_RejectsAndServesTheNext()
    {
        var pool = new ConcurrencyPool("pool", 5);
        var held = pool.MustTake(1);
        var large = fixture.Ask("large", pool, 5);
        var small = fixture.Ask("small", pool, 2);

        pool.ChangeLimit(3);

        Assert.Equal(AdmissionRefusal.Impossible, Result(large).Refusal);
        Granted(small).Release();
        held.Release();
        Assert.Equal(0, pool.Used);
    }

    [Fact]
    public void Registry_RaisesTheLimit_ServesThoseWhoWaitOutsideItsLock()
    {
        var registry = new ResourcePoolRegistry(fixture.Time);
        var pool = registry.GetOrAdd("pool", ResourcePoolDefinition.Concurrency(1));
        pool.MustTake(1);
        var other = fixture.Ask("a", pool).ContinueWith(_ => Task.WaitAll(Elsewhere(() => registry.Remove("nothing"))), TaskContinuationOptions.ExecuteSynchronously);

        registry.GetOrAdd("pool", ResourcePoolDefinition.Concurrency(2));

        Assert.True(other.IsCompletedSuccessfully);
        Assert.Equal(["a"], fixture.Served);
    }

    [Fact]
    public async Task Release_ContinuationsRunInlineAndOutsideAnyLock()
    {
        var held = slots.MustTake(2);
        var thread = 0;
        var continued = Continue();

        held.Release();

        Assert.True(continued.IsCompleted);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        await continued;

        async Task Continue()
        {
            var result = await fixture.Scheduler.ReserveAsync([new(slots, 1)], fixture.Queue).ConfigureAwait(false);
            thread = Environment.CurrentManagedThreadId;

            // Another thread gets into the room while this one continues.
            slots.MustTake(1);
            await Task.WhenAll(Elsewhere(() => _ = fixture.Queue.OldestWait), Elsewhere(() => Assert.Equal(AdmissionRefusal.TimedOut, fixture.Scheduler.ReserveAsync([new(slots, 1)], fixture.Queue, new QueueEntry(0, TimeSpan.Zero)).AsTask().Result.Refusal)));
            result.Reservation!.Release();
        }
    }

    [Fact]
    public void Release_ManyWhoFinishAtOnce_DoNotDeepenTheStack()
    {
        const int Count = 20_000;
        var many = new AdmissionFixture(maximumLength: Count);
        var pool = new ConcurrencyPool("pool", 1);
        var held = pool.MustTake(1);
        int depth = 0, deepest = 0;
        var all = Enumerable.Range(0, Count).Select(_ => UseAsync()).ToArray();

        held.Release();

        Assert.All(all, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(1, deepest);
        Assert.Equal((0L, 0), (pool.Used, many.Queue.Length));

        async Task UseAsync()
        {
            var result = await many.Scheduler.ReserveAsync([new(pool, 1)], many.Queue).ConfigureAwait(false);
            deepest = Math.Max(deepest, ++depth);
            result.Reservation!.Dispose();
            depth--;
        }
    }

    [Fact]
    public async Task ReserveAsync_PoolThrows_TellsOnlyWhoAsked()
    {
        var broken = new BrokenPool();
        var held = slots.MustTake(2);
        var victim = fixture.Ask("victim", [new(slots, 1), new(broken, 1)]);
        var next = fixture.Ask("next", slots, 2);

        broken.Broken = true;
        held.Release();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => victim);
        Granted(next).Release();
        Assert.Throws<InvalidTimeZoneException>(() => fixture.Scheduler.ReserveAsync([new(slots, 1), new(broken, 1)], fixture.Queue).AsTask().Wait());
        Assert.Equal((0L, 0), (slots.Used, fixture.Queue.Length));
    }

    [Fact]
    public void ReserveAsync_BadArguments_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => fixture.Scheduler.ReserveAsync([new(slots, 1)], null!).AsTask().Wait());
        Assert.Throws<ArgumentException>(() => fixture.Scheduler.ReserveAsync([default], fixture.Queue).AsTask().Wait());
        Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Scheduler.ReserveAsync([new(slots, -1)], fixture.Queue).AsTask().Wait());
        Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Scheduler.ReserveAsync([new(slots, 1)], fixture.Queue, new QueueEntry(0, TimeSpan.FromSeconds(-2))).AsTask().Wait());
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void ReserveAsync_NobodyWaits_AllocatesAsTryReserveDoes()
    {
        var queue = new AdmissionQueue(AdmissionQueueOptions.Default, new VirtualTimeProvider());
        ResourceRequest[] requests = [new(slots, 1)];
        var plain = AllocatedBy(() => { fixture.Scheduler.TryReserve(requests, out var held, out _); held.Release(); });

        Assert.Equal(plain, AllocatedBy(() =>
        {
            var asked = fixture.Scheduler.ReserveAsync(requests, queue);
            if (asked.IsCompletedSuccessfully)
            {
                asked.Result.Reservation!.Release();
            }
        }));
        Assert.Equal(0, slots.Used);
    }

    private static Task Elsewhere(Action action)
    {
        var done = new TaskCompletionSource();
        new Thread(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        }).Start();
        Assert.True(done.Task.Wait(TimeSpan.FromSeconds(30)), "A lock is held.");
        return done.Task;
    }

    private static long AllocatedBy(Action action)
    {
        for (var i = 0; i < 200; i++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class BrokenPool() : ResourcePool("broken", 1)
    {
        public bool Broken { get; set; }

        public override long Used => 0;

        protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
        {
            (stamp, retryAfter) = (0, null);
            return Broken ? throw new InvalidTimeZoneException() : true;
        }

        protected internal override void Settle(long stamp, long reserved, long actual)
        {
        }
    }
}
