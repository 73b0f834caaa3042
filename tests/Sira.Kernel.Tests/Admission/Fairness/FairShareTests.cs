using Sira.Kernel.Admission;
using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Support;

namespace Sira.Kernel.Tests.Admission.Fairness;

public sealed class FairShareTests
{
    [Fact]
    public void ReserveAsync_OneTenantFloods_TheOtherIsServedInTurn()
    {
        var fixture = new FairQueueFixture();
        fixture.AskMany("flood", 50);
        fixture.AskMany("small", 3);

        fixture.Finish(7);

        // The small tenant begins level with the other, which came first.
        Assert.Equal(["flood", "flood", "small", "flood", "small", "flood", "small", "flood"], fixture.Served);
    }

    [Fact]
    public void ReserveAsync_DifferentCosts_TokensAreSharedNotCalls()
    {
        var fixture = new FairQueueFixture();
        fixture.AskMany("large", 20, tokens: 100);
        fixture.AskMany("small", 100, tokens: 10);

        fixture.Finish(54);

        // But for the first, which nobody contended for.
        Assert.InRange(Tokens("large") - 100 - Tokens("small"), -100, 100);

        double Tokens(string tenant) => fixture.Served.Count(served => served == tenant) * (tenant == "large" ? 100.0 : 10.0);
    }

    [Fact]
    public void ReserveAsync_ReservationsAreGivenBackUnused_TenantsStillTakeTurns()
    {
        var fixture = new FairQueueFixture();
        fixture.AskMany("flood", 20);
        fixture.AskMany("small", 5);

        for (var i = 0; i < 12; i++)
        {
            fixture.Running.Dequeue().Dispose();
        }

        Assert.Equal(5, fixture.Served.Take(12).Count(static tenant => tenant == "small"));
    }

    [Fact]
    public void ReserveAsync_TwiceTheWeight_TwiceTheShare()
    {
        var fixture = new FairQueueFixture();
        fixture.AskMany("single", 60);
        fixture.AskMany("double", 60, weight: 2);

        fixture.Finish(59);

        Assert.InRange(fixture.Served.Count(static tenant => tenant == "double"), 39, 41);
    }

    [Fact]
    public void ReserveAsync_BackFromIdleness_HasSavedNothingUp()
    {
        var fixture = new FairQueueFixture();
        fixture.AskMany("busy", 101);
        fixture.Finish(100);
        Assert.All(fixture.Served, static tenant => Assert.Equal("busy", tenant));

        fixture.AskMany("busy", 10);
        fixture.AskMany("idle", 10);
        fixture.Finish(10);

        Assert.InRange(fixture.Served.Skip(101).Count(static tenant => tenant == "idle"), 4, 6);
    }

    [Fact]
    public void ReserveAsync_NeverWaited_IsBookedAndLiftedAllTheSame()
    {
        var fixture = new FairQueueFixture(slots: 2);
        fixture.AskMany("heavy", 1, tokens: 1000);
        fixture.AskMany("light", 1, tokens: 5);

        // Nobody waits: who comes next is lifted to who was served last, and what was unopposed is not held against anybody.
        Assert.Equal((1000, 1005), (fixture.Share("heavy"), fixture.Share("light")));
    }

    [Fact]
    public void Settle_LessThanEstimated_ComesBackToTheTenant()
    {
        var fixture = new FairQueueFixture(slots: 2);
        fixture.AskMany("a", 2, tokens: 100);

        fixture.Running.Dequeue().Settle([30, 1]);
        fixture.Running.Dequeue().Release();

        Assert.Equal(31, fixture.Share("a"));
    }

    [Fact]
    public void ReserveAsync_HigherPriority_GoesBeforeFairness()
    {
        var fixture = new FairQueueFixture();
        fixture.AskMany("a", 4);
        fixture.AskMany("b", 1);
        _ = fixture.Ask("a", priority: 1);

        fixture.Finish(2);

        Assert.Equal(["a", "a", "b"], fixture.Served);
    }

    [Fact]
    public void ReserveAsync_AnotherQueueWithoutSharing_IsPassedByNobodyWhoCameLater()
    {
        var fixture = new FairQueueFixture();
        var plain = new AdmissionQueue(new AdmissionQueueOptions { MaximumWait = TimeSpan.FromDays(1) }, fixture.Time);
        fixture.AskMany("flood", 3);
        _ = fixture.Ask("plain", queue: plain);
        fixture.AskMany("small", 3);

        fixture.Finish(6);

        // Of those who wait in the fair queue two came before the plain one, so two go before it; the small tenant takes one of these places.
        Assert.Equal(["flood", "flood", "small", "plain", "flood", "small", "small"], fixture.Served);
    }

    [Fact]
    public void ReserveAsync_FullOfOneTenant_ItsLastMakesWay()
    {
        var fixture = new FairQueueFixture(maximumLength: 10);
        fixture.AskMany("flood", 11);

        var late = fixture.Ask("small");

        Assert.Equal(["flood", "flood Full"], fixture.Served);
        Assert.Equal(10, fixture.Queue.Length);
        _ = fixture.Ask("flood");
        Assert.Equal(["flood", "flood Full", "flood Full"], fixture.Served);

        fixture.Finish(2);

        Assert.True(late.IsCompletedSuccessfully);
    }

    [Fact]
    public void ReserveAsync_ManyTenantsInAFullQueue_EachKeepsItsPart()
    {
        var fixture = new FairQueueFixture(maximumLength: 30);
        fixture.AskMany("flood", 31);
        for (var tenant = 0; tenant < 9; tenant++)
        {
            fixture.AskMany($"t{tenant}", 3);
        }

        Assert.Equal(27, fixture.Served.Count(static served => served == "flood Full"));
        Assert.DoesNotContain(fixture.Served, static served => served.StartsWith('t'));
    }

    [Fact]
    public void TenantCount_FloodOfNames_IsBoundedAndForgetsNobodyWhoHolds()
    {
        var fixture = new FairQueueFixture(slots: 1_000_000, maximumTenants: 50);
        _ = fixture.Ask("holder", tokens: 7);
        for (var i = 0; i < 2000; i++)
        {
            _ = fixture.Ask($"name {i}");
            var reservation = fixture.Running.Last();
            reservation.Settle([1, 1]);
        }

        Assert.InRange(fixture.FairShare!.TenantCount, 1, 51);
        Assert.Equal(7, fixture.Share("holder"));
    }

    [Fact]
    public void ReserveAsync_PolicyThrows_OnlyWhoAskedIsTold()
    {
        var fixture = new FairQueueFixture(policy: new ThrowingPolicy());
        Assert.Throws<InvalidOperationException>(() => fixture.Ask("bad").GetAwaiter().GetResult());
        Assert.Equal((0L, 0L), (fixture.Slots.Used, fixture.Tokens.Used));

        _ = fixture.Ask("good");
        var bad = fixture.Ask("bad");
        var good = fixture.Ask("good");
        fixture.Finish(1);

        Assert.True(bad.IsFaulted);
        Assert.True(good.IsCompletedSuccessfully);
        Assert.Equal((1L, 0), (fixture.Slots.Used, fixture.Queue.Length));
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ReserveAsync_WeightThatIsNone_IsRefused(double weight)
    {
        var fixture = new FairQueueFixture();

        Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Ask("a", weight: weight).GetAwaiter().GetResult());
        Assert.Equal(0, fixture.Slots.Used);
    }

    [Fact]
    public void ReserveAsync_ManyThreads_NothingIsLostAndEverybodyIsServed()
    {
        var slots = new ConcurrencyPool("slots", 3);
        var share = new FairShare(new VirtualTokenCounter());
        var queue = new AdmissionQueue(new AdmissionQueueOptions { MaximumWait = TimeSpan.FromMinutes(5) }, TimeProvider.System, share);
        var scheduler = new ResourceScheduler();
        long granted = 0;

        TestThreads.Run(4, (thread, random) =>
        {
            for (var i = 0; i < 3000; i++)
            {
                var asked = scheduler.ReserveAsync([new(slots, 1 + random.Next(2))], queue, new QueueEntry(random.Next(2), null, $"tenant {thread}"));
                using var reservation = asked.AsTask().GetAwaiter().GetResult().Reservation;
                Assert.NotNull(reservation);
                Assert.InRange(slots.Used, 1, 3);
                Interlocked.Increment(ref granted);
            }
        });

        Assert.Equal((12_000L, 0L, 0), (granted, slots.Used, queue.Length));
    }

    private sealed class ThrowingPolicy : IFairSharePolicy
    {
        private int opened;

        public string Name => "throwing";

        // The first tenant that is opened is the bad one.
        public ShareAccount Open() => new Account(opened++ == 0);

        private sealed class Account(bool throws) : ShareAccount
        {
            public override double Share => 0;

            protected internal override void Charge(ReadOnlySpan<ResourceRequest> granted)
            {
                if (throws)
                {
                    throw new InvalidOperationException("No account for this tenant.");
                }
            }

            protected internal override void Settle(ReadOnlySpan<ResourceRequest> granted, ReadOnlySpan<long> actual, double weight)
            {
            }

            protected internal override void Lift(double floor)
            {
            }

            protected internal override bool CanForget(double floor) => false;
        }
    }
}
