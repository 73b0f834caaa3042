using Sira.Kernel.Admission;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using static Sira.Kernel.Tests.Admission.AdmissionFixture;

namespace Sira.Kernel.Tests.Admission;

/// <summary>Races that threads would have to be lucky to hit: a pool lets something happen in the midst of an attempt to reserve from it.</summary>
public sealed class AdmissionRaceTests
{
    private readonly AdmissionFixture fixture = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ReserveAsync_FreedBetweenTheRefusalAndTheWaiting_IsGranted(int attempt)
    {
        var pool = new MeddlingPool(1);
        var held = pool.MustTake(1);
        pool.Refusing = number =>
        {
            if (number == attempt)
            {
                held.Release();
            }
        };

        var waiting = fixture.Ask("a", pool);

        Granted(waiting).Release();
        Assert.Equal((0L, 0, 0), (pool.Used, fixture.Queue.Length, fixture.Time.ActiveTimers));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reserve_RefusedAfterTakingWhatAnotherWaitsFor_TellsHim(bool queued)
    {
        var slots = new ConcurrencyPool("slots", 1);
        var last = new MeddlingPool(0);
        Task<QueuedReservation>? waiting = null;
        last.Refusing = number => waiting ??= fixture.Ask("a", slots);
        ResourceRequest[] requests = [new(slots, 1), new(last, 1)];

        if (queued)
        {
            last.ChangeLimit(1);
            last.MustTake(1);
            _ = fixture.Ask("b", requests);
        }
        else
        {
            Assert.False(fixture.Scheduler.TryReserve(requests, out _, out _));
        }

        Granted(waiting!).Release();
        Assert.Equal(0, slots.Used);
    }

    [Fact]
    public void Serve_CancelledInTheMidstOfTheGrant_LeaksNothing()
    {
        using var cancel = new CancellationTokenSource();
        var pool = new MeddlingPool(1);
        var held = pool.MustTake(1);
        var waiting = fixture.Ask("a", pool, cancellationToken: cancel.Token);
        var next = fixture.Ask("b", pool);
        pool.Granting = cancel.Cancel;

        held.Release();

        Assert.True(waiting.IsCanceled);
        Granted(next).Release();
        Assert.Equal((0L, 0), (pool.Used, fixture.Queue.Length));
    }

    [Fact]
    public void SignalRoom_PoolThatRefillsItself_ServesThoseWhoWait()
    {
        var pool = new MeddlingPool(1);
        pool.MustTake(1);
        var waiting = fixture.Ask("a", pool);

        pool.Refill();

        Granted(waiting);
    }

    private sealed class MeddlingPool(long limit) : ResourcePool("meddling", limit)
    {
        private long used;
        private int refusals;

        public Action<int>? Refusing { get; set; }

        public Action? Granting { get; set; }

        public override long Used => used;

        public void Refill()
        {
            used = 0;
            SignalRoom();
        }

        protected internal override bool TryReserve(long amount, ref ReservationClock clock, out long stamp, out TimeSpan? retryAfter)
        {
            (stamp, retryAfter) = (0, null);
            if (used + amount > Limit)
            {
                Refusing?.Invoke(++refusals);
                return false;
            }

            used += amount;
            Granting?.Invoke();
            Granting = null;
            return true;
        }

        protected internal override void Settle(long stamp, long reserved, long actual) => used -= reserved;
    }
}
