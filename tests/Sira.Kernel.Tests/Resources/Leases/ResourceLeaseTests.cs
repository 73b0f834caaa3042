using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Leases;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources.Leases;

public sealed class ResourceLeaseTests : IDisposable
{
    private readonly VirtualTimeProvider time = new();
    private readonly MessageBus bus = new();
    private readonly List<LeaseTakenBack> takenBack = [];
    private readonly ConcurrencyPool slots = new("slots", 3);
    private readonly TotalPool tokens = new("tokens", 1000, ResourceUnit.Tokens);
    private readonly ResourceLeases leases;

    public ResourceLeaseTests()
    {
        leases = new ResourceLeases(time, new ResourceLeaseOptions { Duration = TimeSpan.FromSeconds(10), MaximumLeases = 100 }, bus);
        bus.Subscribe<LeaseTakenBack>(takenBack.Add);
    }

    public void Dispose()
    {
        leases.Dispose();
        bus.Dispose();
    }

    [Fact]
    public void Grant_NeverEnded_SlotsComeBackAndTheRestCountsAsUsed()
    {
        var lease = Lease(100);

        Seconds(9.999);
        Assert.Equal((LeaseState.Held, 1L), (lease.State, slots.Used));
        Seconds(0.001);

        Assert.Equal((LeaseState.Expired, 0L, 100L), (lease.State, slots.Used, tokens.Used));
        Assert.Equal([new LeaseTakenBack("worker", LeaseState.Expired, TimeSpan.FromSeconds(10))], takenBack);
        Assert.Equal((0, 0, TimeSpan.Zero), (leases.Count, time.ActiveTimers, lease.TimeLeft));
    }

    [Fact]
    public void TryRenew_InTime_IsCountedFromThenAndNeverShortens()
    {
        var lease = Lease(1);
        Seconds(6);
        Assert.True(lease.TryRenew());
        Assert.Equal(TimeSpan.FromSeconds(10), lease.TimeLeft);
        Assert.True(lease.TryRenew(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(10), lease.TimeLeft);

        Seconds(10);

        Assert.Equal(LeaseState.Expired, lease.State);
        Assert.False(lease.TryRenew());
        Assert.Single(takenBack);
    }

    [Fact]
    public void TrySettle_InTime_IsAsOfAReservation()
    {
        var lease = Lease(100);

        Assert.True(lease.TrySettle([1, 40]));
        lease.Dispose();
        Seconds(60);

        Assert.Equal((LeaseState.Ended, 0L, 40L), (lease.State, slots.Used, tokens.Used));
        Assert.Empty(takenBack);
    }

    [Theory]
    [InlineData(40, 100)]
    [InlineData(100, 100)]
    [InlineData(130, 130)]
    public void TrySettle_AfterExpiry_BooksWhatIsOwedAndGivesNothingBack(long used, long counted)
    {
        var lease = Lease(100);
        Seconds(10);

        Assert.False(lease.TrySettle([1, used]));
        Assert.False(lease.TrySettle([1, used]));
        lease.Dispose();

        Assert.Equal((0L, counted), (slots.Used, tokens.Used));
    }

    [Fact]
    public void Dispose_NotSettled_ReleasesEverything()
    {
        using (Lease(100))
        {
            Assert.Equal((1L, 100L), (slots.Used, tokens.Used));
        }

        Assert.Equal((0L, 0L, 0), (slots.Used, tokens.Used, leases.Count));
    }

    [Fact]
    public void Grant_ReservationEndedPastTheLease_EndsTheLease()
    {
        var reservation = Reserve(5);
        var lease = leases.Grant(reservation, "worker");

        reservation.Release();

        Assert.Equal((LeaseState.Ended, 0), (lease.State, leases.Count));
        Assert.Throws<ArgumentException>(() => leases.Grant(reservation, "worker"));
        Assert.Throws<ArgumentException>(() => leases.Grant(Reservation.Empty, "worker"));
    }

    [Fact]
    public void Grant_TooMany_IsRefusedAndTheReservationStays()
    {
        var many = new ConcurrencyPool("many", 1000);
        for (var i = 0; i < 100; i++)
        {
            leases.Grant(many.MustTake(1), "worker");
        }

        var last = many.MustTake(1);
        var refused = Assert.Throws<InvalidOperationException>(() => leases.Grant(last, "worker"));

        Assert.Contains("MaximumLeases", refused.Message, StringComparison.Ordinal);
        Assert.Equal(101, many.Used);
        Assert.Equal(1, time.ActiveTimers);
        Seconds(10);
        Assert.Equal(1, many.Used);
    }

    [Fact]
    public void Validate_OutOfRange_NamesEveryMistake()
    {
        var options = new ResourceLeaseOptions { Duration = TimeSpan.FromDays(2), MaximumLeases = 0 };

        var refused = Assert.Throws<SiraConfigurationException>(() => new ResourceLeases(time, options));

        Assert.Contains("Duration", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MaximumLeases", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Lease(1).TryRenew(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lease(1).TryRenew(TimeSpan.FromDays(2)));
    }

    // Against a simple model: a dictionary of deadlines.
    [Fact]
    public void RandomOperations_AgreeWithAModel()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new SeededRandomSource(seed);
            var pool = new ConcurrencyPool("pool", 1000);
            using var own = new ResourceLeases(time);
            Dictionary<ResourceLease, DateTimeOffset> model = [];
            for (var step = 0; step < 300; step++)
            {
                var duration = TimeSpan.FromSeconds(1 + random.Next(60));
                var lease = model.Count == 0 ? null : model.Keys.ElementAt(random.Next(model.Count));
                switch (random.Next(5))
                {
                    case 0 or 1:
                        model.Add(own.Grant(pool.MustTake(1), "worker", duration), time.GetUtcNow() + duration);
                        break;
                    case 2 when lease is not null:
                        Assert.True(lease.TryRenew(duration));
                        model[lease] = model[lease] > time.GetUtcNow() + duration ? model[lease] : time.GetUtcNow() + duration;
                        break;
                    case 3 when lease is not null:
                        lease.Dispose();
                        model.Remove(lease);
                        break;
                    default:
                        Seconds(random.Next(20));
                        foreach (var due in model.Where(pair => pair.Value <= time.GetUtcNow()).ToList())
                        {
                            Assert.Equal(LeaseState.Expired, due.Key.State);
                            model.Remove(due.Key);
                        }

                        break;
                }

                Assert.Equal((model.Count, (long)model.Count), (own.Count, pool.Used));
            }
        }
    }

    [Fact]
    public void ManyThreads_RenewSettleAndExpireAtOnce_GiveBackExactlyOnce()
    {
        var pool = new ConcurrencyPool("pool", 64);
        using var own = new ResourceLeases(time);
        TestThreads.Run(4, (thread, random) =>
        {
            for (var i = 0; i < 5000; i++)
            {
                if (thread == 0)
                {
                    time.Advance(TimeSpan.FromMilliseconds(random.Next(400)));
                }
                else if (pool.Take(1) is { } reservation)
                {
                    var lease = own.Grant(reservation, "worker", TimeSpan.FromMilliseconds(1 + random.Next(1000)));
                    lease.TryRenew(TimeSpan.FromMilliseconds(1 + random.Next(1000)));
                    if (random.Next(2) == 0)
                    {
                        lease.TrySettle([1]);
                    }
                }

                Assert.InRange(pool.Used, 0, 64);
            }
        });
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((0L, 0), (pool.Used, own.Count));
    }

    private ResourceLease Lease(long amount) => leases.Grant(Reserve(amount), "worker");

    private Reservation Reserve(long amount)
    {
        Assert.True(new ResourceScheduler().TryReserve([new(slots, 1), new(tokens, amount)], out var reservation, out _));
        return reservation;
    }

    private void Seconds(double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));
}
