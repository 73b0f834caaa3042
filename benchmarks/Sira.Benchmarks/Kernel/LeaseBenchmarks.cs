using BenchmarkDotNet.Attributes;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Leases;

namespace Sira.Benchmarks.Kernel;

/// <summary>What a lease adds to a reservation, among so many others.</summary>
public class LeaseBenchmarks : IDisposable
{
    private readonly ResourceScheduler scheduler = new();
    private readonly ConcurrencyPool slots = new("slots", long.MaxValue);
    private readonly ResourceLeases leases = new(TimeProvider.System, new ResourceLeaseOptions { Duration = TimeSpan.FromHours(1) });

    [Params(0, 10_000)]
    public int Others { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        for (var i = 0; i < Others; i++)
        {
            leases.Grant(Reserve(), "other");
        }
    }

    [GlobalCleanup]
    public void Dispose() => leases.Dispose();

    [Benchmark(Baseline = true)]
    public void Reservation() => Reserve().Release();

    [Benchmark]
    public void Lease() => leases.Grant(Reserve(), "holder").Dispose();

    private Reservation Reserve()
    {
        scheduler.TryReserve([new(slots, 1)], out var reservation, out _);
        return reservation;
    }
}
