using BenchmarkDotNet.Attributes;
using Sira.Kernel.Resources;
using Sira.Kernel.Resources.Quotas;

namespace Sira.Benchmarks.Kernel;

/// <summary>What it costs to reserve along a path of three levels with eight kinds each and to release, beside the raw floor: as many interlocked pairs, and a lock around arrays.</summary>
public class QuotaBenchmarks
{
    private const int Kinds = 8;
    private const int Levels = 3;

    private readonly long[] counters = new long[Kinds * Levels * 8];
    private readonly long[] sums = new long[Kinds * Levels];
    private readonly Lock gate = new();
    private readonly long[] amounts = [1, 2, 3, 4, 5, 6, 7, 8];
    private QuotaPath slots = null!;
    private QuotaPath windows = null!;

    [GlobalSetup]
    public void SetUp()
    {
        slots = Path(static _ => ResourcePoolDefinition.Concurrency(long.MaxValue / 2));
        windows = Path(static kind => kind switch
        {
            < 4 => ResourcePoolDefinition.Sliding(long.MaxValue / 2, TimeSpan.FromMinutes(1), ResourceUnit.Tokens),
            < 6 => ResourcePoolDefinition.Fixed(long.MaxValue / 2, TimeSpan.FromDays(1), ResourceUnit.Tokens),
            6 => ResourcePoolDefinition.Total(long.MaxValue / 2, ResourceUnit.Tokens),
            _ => ResourcePoolDefinition.Concurrency(long.MaxValue / 2),
        });
    }

    [Benchmark(Baseline = true)]
    public bool InterlockedPairs()
    {
        // One counter to a cache line, as pools are.
        for (var i = 0; i < Kinds * Levels; i++)
        {
            ref var counter = ref counters[i * 8];
            var seen = Volatile.Read(ref counter);
            if (Interlocked.CompareExchange(ref counter, seen + 1, seen) != seen)
            {
                return false;
            }
        }

        for (var i = 0; i < Kinds * Levels; i++)
        {
            Interlocked.Add(ref counters[i * 8], -1);
        }

        return true;
    }

    [Benchmark]
    public bool LockAroundArray()
    {
        lock (gate)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                if (sums[i] + amounts[i % Kinds] > long.MaxValue / 2)
                {
                    return false;
                }
            }

            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += amounts[i % Kinds];
            }
        }

        lock (gate)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] -= amounts[i % Kinds];
            }
        }

        return true;
    }

    [Benchmark]
    public bool Slots() => ReserveAndRelease(slots);

    [Benchmark]
    public bool MixedKinds() => ReserveAndRelease(windows);

    private bool ReserveAndRelease(QuotaPath path)
    {
        var granted = path.TryReserve(amounts, out var reservation, out _);
        reservation.Dispose();
        return granted;
    }

    private static QuotaPath Path(Func<int, ResourcePoolDefinition> define)
    {
        var tree = new QuotaTree("quota", Enumerable.Range(0, Kinds).Select(static kind => $"kind {kind}"), TimeProvider.System);
        for (var kind = 0; kind < Kinds; kind++)
        {
            foreach (var pattern in (string[])["*", "*/*", "*/*/*"])
            {
                tree.SetLimit(pattern, $"kind {kind}", define(kind));
            }
        }

        return tree.Get("acme/research/alice");
    }
}
