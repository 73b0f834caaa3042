using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Admission.Fairness;

/// <summary>Theorem 4.4 of arXiv 2401.00588: what two tenants that wait all the time are served in any interval differs by at most twice the largest booking and what is in flight.</summary>
public sealed class VirtualTokenCounterBoundTests
{
    private const int Largest = 100;
    private const int Tenants = 5;

    [Theory]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    [InlineData(4, false)]
    public void ReserveAsync_RandomArrivals_GapStaysWithinTheProvenBound(int slots, bool exactEstimates)
    {
        // With exact estimates nothing is corrected later, and the bound is twice the largest booking.
        double bound = 2 * Largest * (exactEstimates ? 1 : 1 + slots);
        double worst = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            worst = Math.Max(worst, LargestGap(seed, slots, exactEstimates, fair: true));
            Assert.True(worst <= bound, $"Seed {seed}: {worst} is more than {bound}.");
        }

        // Not for want of contention.
        Assert.True(worst > Largest / 2.0, $"Only {worst}.");
    }

    [Fact]
    public void ReserveAsync_WithoutSharing_GapExceedsTheBound()
    {
        Assert.True(Enumerable.Range(0, 30).Max(seed => LargestGap(seed, 1, exactEstimates: true, fair: false)) > 2 * Largest);
    }

    private static double LargestGap(int seed, int slots, bool exactEstimates, bool fair)
    {
        var random = new SeededRandomSource(seed);
        var fixture = new FairQueueFixture(slots, fair: fair, maximumLength: 100_000);
        var served = new double[Tenants];
        var waiting = new int[Tenants];
        var spans = new Dictionary<(int, int), (double Least, double Most)>();
        List<(int Tenant, Reservation Reservation)> running = [];
        double gap = 0;
        for (var step = 0; step < 2000; step++)
        {
            if (random.Next(3) > 0 && running.Count > 0)
            {
                var index = random.Next(running.Count);
                var (tenant, reservation) = running[index];
                running.RemoveAt(index);
                var reserved = reservation.Held[0].Amount;
                var actual = exactEstimates ? reserved : 1 + random.Next((int)reserved);
                served[tenant] += actual - reserved;
                reservation.Settle([actual, 1]);
            }
            else
            {
                // Some ask for more than their part, one for very much and in bursts.
                var tenant = random.Next(3) == 0 ? 0 : random.Next(Tenants);
                for (var burst = tenant == 0 ? 4 : 1 + random.Next(2); burst > 0; burst--)
                {
                    Ask(tenant, 1 + random.Next(Largest));
                }
            }

            Watch();
        }

        return gap;

        async void Ask(int tenant, int tokens)
        {
            waiting[tenant]++;
            var result = await fixture.Ask($"tenant {tenant}", tokens).ConfigureAwait(false);
            waiting[tenant]--;
            served[tenant] += tokens;
            running.Add((tenant, result.Reservation!));
        }

        void Watch()
        {
            for (var one = 0; one < Tenants; one++)
            {
                for (var other = one + 1; other < Tenants; other++)
                {
                    var difference = served[one] - served[other];
                    if (waiting[one] == 0 || waiting[other] == 0)
                    {
                        spans.Remove((one, other));
                        continue;
                    }

                    var (least, most) = spans.GetValueOrDefault((one, other), (difference, difference));
                    spans[(one, other)] = (Math.Min(least, difference), Math.Max(most, difference));
                    gap = Math.Max(gap, Math.Max(most, difference) - Math.Min(least, difference));
                }
            }
        }
    }
}
