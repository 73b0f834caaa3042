using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class RateLimitedOnce : Scenario
{
    public override int Number => 1;

    public override string Title => "429 with Retry-After 2 s, once";

    public override string Conduct => "asked elsewhere at once; at most 2 attempts in 1.5 s";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        await using var sira = new FailoverSira(numbers);
        sira.Primary.Faults.OnRequest(1, Fault.RateLimited(
            numbers.PickTime(2000, 50, 90_000),
            numbers.Pick(RetryAfterStyle.Native, RetryAfterStyle.Seconds, RetryAfterStyle.HttpDate, RetryAfterStyle.Milliseconds, RetryAfterStyle.Seconds | RetryAfterStyle.Milliseconds)));
        sira.AddNoise();

        var answer = await sira.AskAsync();

        sira.AssertWhole(answer);
        Assert.InRange(sira.CountWithin(1.5), 1, 2);
        Assert.Equal(2, sira.Requests.Count);
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
