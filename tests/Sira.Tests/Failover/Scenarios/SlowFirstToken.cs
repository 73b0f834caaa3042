using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class SlowFirstToken : Scenario
{
    public override int Number => 7;

    public override string Title => "first token after 20 s; the limit is 10 s (`Timeouts.FirstToken`, for whole answers `Unary`)";

    public override string Conduct => "given up at the limit and answered elsewhere within 15 s";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        var limit = numbers.PickTime(10_000, 3000, 12_000);
        await using var sira = new FailoverSira(numbers, route => route.Timeouts(timeouts => (timeouts.Headers, timeouts.FirstToken, timeouts.Unary) = (null, limit, limit)));
        var late = numbers.PickTime(20_000, 13_000, 28_000);
        sira.Primary.Faults.Always(numbers.Pick(Fault.SlowFirstToken(late), Fault.SlowHeaders(late)));
        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(1, sira.AssertWhole(answer));
        Assert.Equal((1, 1), (sira.CountTo(0), sira.CountTo(1)));
        Assert.InRange(answer.Elapsed, limit, limit + TimeSpan.FromSeconds(2.9));
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
