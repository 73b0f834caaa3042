using Sira.Kernel.Admission;
using Sira.Kernel.Admission.Fairness;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Calendar;
using Sira.Kernel.Resources.Leases;
using Sira.Kernel.Resources.ProviderQuotas;
using Sira.Kernel.Resources.Quotas;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Resources;

/// <summary>Random operations on everything at once, by seed. Nothing is ever over-committed, and when all have ended nothing is held.</summary>
/// <remarks><c>eng/soak-scheduler.sh</c> runs as many as it is told to: SIRA_SOAK_OPERATIONS and SIRA_FIRST_SEED.</remarks>
public sealed class SchedulerSoakTests(ITestOutputHelper output)
{
    private const int OperationsOfASeed = 10_000;
    private const int ProgressLines = 50;

    private static readonly long Operations = Setting("SIRA_SOAK_OPERATIONS", 300_000);
    private static readonly long FirstSeed = Setting("SIRA_FIRST_SEED", 0);

    [Fact]
    public void RandomOperations_NeverOverCommitAndLeakNothing()
    {
        long granted = 0, done = 0;
        var seeds = Operations / OperationsOfASeed;
        Parallel.For(FirstSeed, FirstSeed + seeds, seed =>
        {
            using var world = new World((int)seed);
            try
            {
                for (var i = 0; i < OperationsOfASeed; i++)
                {
                    world.Step();
                }

                world.EndAll();
                var all = Interlocked.Add(ref granted, world.Granted);
                if (Interlocked.Increment(ref done) is var ended && ended % Math.Max(1, seeds / ProgressLines) == 0)
                {
                    output.WriteLine($"{ended * OperationsOfASeed} of {seeds * OperationsOfASeed} operations, {all} granted");
                }
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}: {exception}");
            }
        });

        Assert.True(granted > Operations / 20, $"Only {granted} were granted.");
    }

    private static long Setting(string name, long otherwise) => long.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    private sealed class World : IDisposable
    {
        private readonly VirtualTimeProvider time = new();
        private readonly SeededRandomSource random;
        private readonly ResourceScheduler scheduler = new();
        private readonly ResourcePool[] pools;
        private readonly CalendarPool calendar;
        private readonly ProviderQuotaPool provider;
        private readonly QuotaTree tree;
        private readonly AdmissionQueue[] queues;
        private readonly ResourceLeases leases;
        private readonly List<Reservation> held = [];
        private readonly List<ResourceLease> leased = [];
        private readonly List<Booking> bookings = [];
        private readonly List<CancellationTokenSource> waiting = [];

        // What reservations that were granted hold of each pool of slots, counted beside the pools.
        private readonly Dictionary<ResourcePool, long> slots = [];

        public World(int seed)
        {
            random = new SeededRandomSource(seed);
            calendar = new CalendarPool("calendar", 6, time, new CalendarPoolOptions { Lead = TimeSpan.FromSeconds(30), MaximumBookings = 10 });
            provider = new ProviderQuotaPool("provider", 40, TimeSpan.FromMinutes(1), time);
            pools = [new ConcurrencyPool("a", 4), new ConcurrencyPool("b", 7), WindowPool.Sliding("sliding", 50, TimeSpan.FromMinutes(1), time, ResourceUnit.Tokens), WindowPool.Fixed("fixed", 60, TimeSpan.FromMinutes(2), time), calendar, provider];
            tree = new QuotaTree("quota", ["calls", "tokens"], time, maximumPaths: 6);
            tree.SetLimit("*", "calls", ResourcePoolDefinition.Concurrency(6));
            tree.SetLimit("*/*", "calls", ResourcePoolDefinition.Concurrency(3));
            tree.SetLimit("*/*", "tokens", ResourcePoolDefinition.Fixed(100, TimeSpan.FromMinutes(1), ResourceUnit.Tokens));
            queues =
            [
                new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 20, MaximumWait = TimeSpan.FromSeconds(20) }, time),
                new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 20, Ageing = TimeSpan.FromSeconds(3) }, time, new FairShare(new VirtualTokenCounter(), 4)),
                new AdmissionQueue(new AdmissionQueueOptions { MaximumLength = 20 }, time, new FairShare(new DominantResourceFairness(pools[0], pools[1]), 4)),
            ];
            leases = new ResourceLeases(time);
        }

        public long Granted { get; private set; }

        public void Step()
        {
            switch (random.Next(14))
            {
                case 0:
                    Keep(scheduler.TryReserve(Requests(), out var taken, out _) ? taken : null);
                    break;
                case 1 or 2 or 3:
                    Wait();
                    break;
                case 4 or 5 or 6 when held.Count > 0:
                    End(random.Next(held.Count));
                    break;
                case 7 when held.Count > 0:
                    Lease(random.Next(held.Count));
                    break;
                case 8 when leased.Count > 0:
                    EndLease(random.Next(leased.Count));
                    break;
                case 9:
                    // Also a clock that jumps.
                    time.Advance(random.Next(200) == 0 ? TimeSpan.FromDays(random.Next(30)) : TimeSpan.FromMilliseconds(random.Next(3000)));
                    break;
                case 10 when waiting.Count > 0:
                    waiting[random.Next(waiting.Count)].Cancel();
                    break;
                case 11:
                    provider.Report(new ProviderQuotaReport(40, random.Next(60) - 5, TimeSpan.FromSeconds(random.Next(80) - 5)));
                    break;
                case 12:
                    Book();
                    break;
                default:
                    KeepQuota();
                    break;
            }

            Check();
        }

        public void EndAll()
        {
            while (waiting.Count > 0)
            {
                // Leaves the list by itself.
                waiting[0].Cancel();
            }

            while (held.Count > 0 || leased.Count > 0)
            {
                if (held.Count > 0)
                {
                    End(0);
                }
                else
                {
                    EndLease(0);
                }
            }

            bookings.ForEach(static booking => booking.Cancel());
            time.Advance(TimeSpan.FromDays(2));
            Assert.All(pools, static pool => Assert.Equal(0, pool.Used));
            Assert.All(queues, static queue => Assert.Equal(0, queue.Length));
            Assert.Equal((0, 0, 0L), (leases.Count, time.ActiveTimers, tree.Get("o0").PoolOf(0)!.Used));
        }

        public void Dispose()
        {
            calendar.Dispose();
            leases.Dispose();
        }

        private void Check()
        {
            foreach (var (pool, count) in slots)
            {
                Assert.True(count <= pool.Limit && count <= pool.Used, $"{count} held of {pool.Name}, which says {pool.Used} of {pool.Limit}.");
            }
        }

        private async void Wait()
        {
            var cancel = new CancellationTokenSource();
            waiting.Add(cancel);
            try
            {
                var entry = new QueueEntry(random.Next(3), random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(10)) : null, $"tenant {random.Next(8)}", random.Next(3));
                var queue = queues[random.Next(queues.Length)];
                var asked = random.Next(3) == 0 ? scheduler.ReserveAnyAsync([Requests(), Requests()], queue, entry, cancel.Token) : scheduler.ReserveAsync(Requests(), queue, entry, cancel.Token);
                Keep((await asked.ConfigureAwait(false)).Reservation);
            }
            catch (OperationCanceledException)
            {
            }
            finally
            {
                waiting.Remove(cancel);
            }
        }

        private ResourceRequest[] Requests() =>
            [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => new ResourceRequest(pools[random.Next(pools.Length)], random.Next(5)))];

        private void Keep(Reservation? reservation)
        {
            if (reservation is { Held.IsEmpty: false })
            {
                Granted++;
                held.Add(reservation);
                Count(reservation.Held, 1);
            }
        }

        private void KeepQuota()
        {
            if (tree.Get($"o{random.Next(3)}/u{random.Next(4)}").TryReserve([random.Next(3), random.Next(30)], out var reservation, out _))
            {
                Keep(reservation.Reservation);
            }
        }

        private void End(int index)
        {
            var reservation = held[index];
            held.RemoveAt(index);
            Count(reservation.Held, -1);
            if (random.Next(3) == 0)
            {
                reservation.Release();
            }
            else
            {
                reservation.Settle(Actual(reservation.Held));
            }
        }

        private void Lease(int index)
        {
            var reservation = held[index];
            held.RemoveAt(index);
            Count(reservation.Held, -1);
            var terms = random.Next(2) == 0 ? new PreemptionTerms(random.Next(2), TimeSpan.FromSeconds(random.Next(5)), static _ => { }) : null;
            leased.Add(leases.Grant(reservation, "holder", TimeSpan.FromSeconds(1 + random.Next(20)), terms));
        }

        private void EndLease(int index)
        {
            var lease = leased[index];
            if (random.Next(3) == 0)
            {
                lease.TryRenew(TimeSpan.FromSeconds(1 + random.Next(20)));
                return;
            }

            leased.RemoveAt(index);
            lease.TrySettle(Actual(lease.Held));
        }

        private void Book()
        {
            if (calendar.TryBook(1 + random.Next(6), TimeSpan.FromSeconds(random.Next(100)), TimeSpan.FromSeconds(1 + random.Next(60)), out var booking, out _))
            {
                bookings.Add(booking!);
            }

            foreach (var due in bookings.Where(static booking => booking.StartsIn == TimeSpan.Zero).ToList())
            {
                if (calendar.TryClaim(due, leases, "booked", out var lease))
                {
                    leased.Add(lease!);
                }
            }

            bookings.RemoveAll(static booking => booking.State != BookingState.Booked);
        }

        private long[] Actual(ReadOnlySpan<ResourceRequest> requests)
        {
            var actual = new long[requests.Length];
            for (var i = 0; i < actual.Length; i++)
            {
                // Seldom more than was reserved.
                actual[i] = random.Next((int)requests[i].Amount + (random.Next(20) == 0 ? 5 : 1));
            }

            return actual;
        }

        private void Count(ReadOnlySpan<ResourceRequest> requests, int sign)
        {
            foreach (var (pool, amount) in requests)
            {
                if (pool.ReturnsWhenEnded)
                {
                    slots[pool] = slots.GetValueOrDefault(pool) + (sign * amount);
                }
            }
        }
    }
}
