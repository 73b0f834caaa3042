using BenchmarkDotNet.Attributes;
using Sira.Kernel.Resources;

namespace Sira.Benchmarks.Kernel;

/// <summary>What it costs to reserve from budgets and to settle.</summary>
public class ReservationBenchmarks
{
    private readonly ResourceScheduler scheduler = new();
    private ResourceRequest[] requests = [];
    private long[] actual = [];

    [Params(1, 3)]
    public int Pools { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        requests = [.. Enumerable.Range(0, Pools).Select(static number => new ResourceRequest(WindowPool.Sliding($"pool{number}", long.MaxValue / 2, TimeSpan.FromDays(1), TimeProvider.System), 500))];
        actual = [.. Enumerable.Repeat(400L, Pools)];
    }

    [Benchmark]
    public Reservation ReserveAndSettle()
    {
        scheduler.TryReserve(requests, out var reservation, out _);
        reservation.Settle(actual);
        return reservation;
    }
}
