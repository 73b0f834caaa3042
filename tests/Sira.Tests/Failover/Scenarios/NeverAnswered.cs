using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class NeverAnswered : Scenario
{
    public override int Number => 6;

    public override string Title => "accepted, never answered";

    public override string Conduct => "given up after the timeout, asked elsewhere, never the silent one again";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        var limit = numbers.PickTime(30_000, 4000, 45_000);
        await using var sira = new FailoverSira(numbers, route => route.Timeouts(timeouts => (timeouts.Headers, timeouts.FirstToken, timeouts.Unary, timeouts.Total) = (limit, limit, limit, limit + limit)));
        var silent = numbers.Pick(1, 1, numbers.Wires.Count - 1);
        for (var i = 0; i < silent; i++)
        {
            sira.Providers[i].Faults.Always(numbers.Pick(Fault.NeverAnswers(), Fault.SlowHeaders(TimeSpan.FromMinutes(10)), Fault.StallAfter(0)));
        }

        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(silent, sira.AssertWhole(answer));
        Assert.Equal(Enumerable.Range(0, silent + 1), sira.Requests.Select(static request => request.Provider));
        Assert.InRange(answer.Elapsed, limit * silent, (limit * silent) + TimeSpan.FromSeconds(4));
        Assert.All(Enumerable.Range(0, silent), i => Assert.True(sira.Providers[i].Requests[^1].WasCancelled));
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
