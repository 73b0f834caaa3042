using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class UnavailableForEver : Scenario
{
    public override int Number => 4;

    public override string Title => "503 for ever";

    public override string Conduct => "asked elsewhere; at most 6 attempts";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        await using var sira = new FailoverSira(numbers);
        var down = numbers.Pick(1, 1, numbers.Wires.Count - 1);
        var fault = numbers.Pick(Fault.Unavailable(), Fault.Overloaded(), Fault.ServerError(), Fault.Unavailable(numbers.PickTime(0, 100, 60_000)), Fault.Status(503), Fault.Html(503));
        for (var i = 0; i < down; i++)
        {
            sira.Providers[i].Faults.Always(fault);
        }

        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(down, sira.AssertWhole(answer));
        Assert.InRange(sira.Requests.Count, 2, 6);
        Assert.InRange(sira.CountTo(0), 1, 3);
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
