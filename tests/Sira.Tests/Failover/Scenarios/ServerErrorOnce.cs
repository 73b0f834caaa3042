using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class ServerErrorOnce : Scenario
{
    public override int Number => 3;

    public override string Title => "500, once";

    public override string Conduct => "the same provider is asked again";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        await using var sira = new FailoverSira(numbers);
        var times = numbers.Pick(1, 1, 2);
        sira.Primary.Faults.OnRequests(1, times, numbers.Pick(Fault.ServerError(), Fault.Html(502), Fault.Status(500), Fault.Status(500, "{\"oops\":"), Fault.ErrorInsideOk()));
        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(0, sira.AssertWhole(answer));
        Assert.Equal(times + 1, sira.CountTo(0));
        Assert.Equal(times + 1, sira.Requests.Count);
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
