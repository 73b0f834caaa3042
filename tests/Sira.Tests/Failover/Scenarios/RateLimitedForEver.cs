using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class RateLimitedForEver : Scenario
{
    public override int Number => 2;

    public override string Title => "429 for ever, without a header";

    public override string Conduct => "asked elsewhere, with back-off where nobody else is left; at most 4 attempts in 3 s, 6 in all";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        var keys = numbers.Pick(1, 1, 2);
        await using var sira = new FailoverSira(numbers, backend: (index, options) =>
        {
            for (var key = 2; index == 0 && key <= keys; key++)
            {
                options.ApiKeys.Add($"key-{key}");
            }
        });
        sira.Primary.Faults.Always(Fault.RateLimited());

        // A fallback that is short of breath too, for a while: only the back-off helps.
        var refusals = keys > 1 ? 0 : numbers.Pick(0, 0, 2);
        if (refusals > 0)
        {
            sira.Providers[^1].Faults.OnRequests(1, refusals, Fault.RateLimited());
        }

        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.NotEqual(0, sira.AssertWhole(answer));
        Assert.InRange(sira.CountWithin(3), 1, 4);
        Assert.InRange(sira.Requests.Count, 2, 6);
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
