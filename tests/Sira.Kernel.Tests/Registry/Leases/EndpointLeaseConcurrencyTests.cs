using Sira.Kernel.Errors;
using Sira.Kernel.Registry;
using Sira.Kernel.Registry.Leases;
using Sira.Kernel.Tests.Support;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Registry.Leases;

public class EndpointLeaseConcurrencyTests
{
    /// <summary>Holders register, renew, change, give back and take over at random on real threads while the clock runs. In the end exactly the leases that have not ended are registered.</summary>
    [Fact]
    public void RegisterRenewDispose_ManyThreads_EndsWithTheLeasesThatAreLeft()
    {
        var time = new VirtualTimeProvider();
        var registry = new ServiceRegistry(time, new SeededRandomSource(1));
        using var leases = new EndpointLeases(registry, time);
        var options = new LeaseOptions { TimeToLive = TimeSpan.FromSeconds(1), RemoveAfter = TimeSpan.FromSeconds(1) };

        TestThreads.Run(4, (index, random) =>
        {
            var mine = new List<EndpointLease>();
            for (var i = 0; i < 1500; i++)
            {
                switch (random.Next(6))
                {
                    case 0:
                        try
                        {
                            mine.Add(leases.Register("tools", new($"e{random.Next(8)}") { Weight = i }, options with { TakeOver = random.Next(2) == 0 }));
                        }
                        catch (SiraException)
                        {
                        }

                        break;
                    case 1 when mine.Count > 0:
                        mine[random.Next(mine.Count)].Dispose();
                        break;
                    case 2 when mine.Count > 0:
                        var lease = mine[random.Next(mine.Count)];
                        lease.Update(new(lease.EndpointId) { Weight = i });
                        break;
                    case 3 when index == 0:
                        time.Advance(TimeSpan.FromMilliseconds(100));
                        break;
                    default:
                        mine.ForEach(held => held.Renew());
                        break;
                }
            }
        });

        var endpoints = registry.GetSnapshot("tools").Endpoints;
        Assert.Equal(leases.Count, endpoints.Length);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, leases.Count);
        Assert.Empty(registry.GetSnapshot("tools").Endpoints);
        Assert.Equal(0, time.ActiveTimers);
    }
}
