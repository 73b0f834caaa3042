using BenchmarkDotNet.Attributes;
using Sira.Kernel.Health;
using Sira.Kernel.Time;

namespace Sira.Benchmarks.Kernel;

/// <summary>What a closed breaker costs a call that succeeds.</summary>
public class BreakerBenchmarks
{
    private readonly CircuitBreaker breaker = new(CircuitBreakerOptions.Default, TimeProvider.System, SystemRandomSource.Instance);

    [Benchmark]
    public bool EnterAndRecord()
    {
        var entered = breaker.TryEnter(out var permit);
        breaker.Record(permit, CircuitOutcome.Success);
        return entered;
    }
}
