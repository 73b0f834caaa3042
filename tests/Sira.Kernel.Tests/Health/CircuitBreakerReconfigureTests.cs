using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Health;

public class CircuitBreakerReconfigureTests
{
    [Fact]
    public void Reconfigure_WhileOpen_KeepsStateAndDeadline()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(4);

        fixture.Breaker.Reconfigure(BreakerFixture.Exact with { BreakDuration = TimeSpan.FromSeconds(1) });

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
        Assert.Equal(TimeSpan.FromSeconds(6), fixture.Breaker.RemainingBreak);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(7)]
    [InlineData(3600)]
    public void Reconfigure_WhileClosed_KeepsTheCounts(int samplingSeconds)
    {
        var fixture = new BreakerFixture(BreakerFixture.Exact with { ConsecutiveFailures = 0 });
        fixture.Calls(9, CircuitOutcome.Failure);

        fixture.Breaker.Reconfigure(BreakerFixture.Exact with { ConsecutiveFailures = 0, SamplingDuration = TimeSpan.FromSeconds(samplingSeconds) });
        Assert.Equal(CircuitState.Closed, fixture.Breaker.State);
        fixture.Call(CircuitOutcome.Failure);

        Assert.Equal(CircuitState.Open, fixture.Breaker.State);
    }

    [Fact]
    public void Reconfigure_MoreProbesWhileHalfOpen_AdmitsTheDifference()
    {
        var fixture = new BreakerFixture();
        fixture.Trip();
        fixture.Seconds(10);
        fixture.Enter();
        Assert.False(fixture.Breaker.CanEnter());

        fixture.Breaker.Reconfigure(BreakerFixture.Exact with { HalfOpenProbes = 2 });

        fixture.Enter();
        Assert.False(fixture.Breaker.CanEnter());
    }

    [Fact]
    public void Reconfigure_InvalidOptions_NamesAllMistakesAndKeepsTheOld()
    {
        var fixture = new BreakerFixture();
        var invalid = new CircuitBreakerOptions
        {
            FailureRatio = double.NaN,
            MinimumThroughput = 0,
            ConsecutiveFailures = -1,
            SamplingDuration = TimeSpan.Zero,
            BreakDuration = TimeSpan.FromMinutes(-1),
            MaximumBreakDuration = TimeSpan.FromMinutes(-2),
            Jitter = 1.5,
            HalfOpenProbes = 0,
            SlowStart = TimeSpan.MaxValue,
            SlowStartMinimum = 0,
        };

        var error = Assert.Throws<SiraConfigurationException>(() => fixture.Breaker.Reconfigure(invalid));

        Assert.Equal(
            ["FailureRatio", "MinimumThroughput", "ConsecutiveFailures", "SamplingDuration", "BreakDuration", "MaximumBreakDuration", "Jitter", "HalfOpenProbes", "SlowStart", "SlowStartMinimum"],
            error.Errors.Select(item => item.Path.Split(':')[1]));
        Assert.Same(BreakerFixture.Exact, fixture.Breaker.Options);
    }

    [Fact]
    public void Constructor_InvalidOptions_Throws()
    {
        Assert.Throws<SiraConfigurationException>(() =>
            new CircuitBreaker(new CircuitBreakerOptions { HalfOpenProbes = 100_000 }, new VirtualTimeProvider(), new SeededRandomSource(1)));
    }

    [Fact]
    public void Validate_Defaults_AreValid()
    {
        var errors = new ConfigurationErrors();

        CircuitBreakerOptions.Default.Validate("Health", errors);

        Assert.Empty(errors.Items);
    }
}
