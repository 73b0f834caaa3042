using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class ConnectionResetBeforeHeaders : Scenario
{
    public override int Number => 5;

    public override string Title => "connection reset before headers";

    public override string Conduct => "the same provider is asked again, and another when that does not help";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        await using var sira = new FailoverSira(numbers);
        var times = numbers.Pick(1, 1, 9);
        sira.Primary.Faults.OnRequests(1, times, numbers.Pick(Fault.ConnectionReset(), Fault.ConnectionRefused()));
        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(times <= 2 ? 0 : 1, sira.AssertWhole(answer));
        Assert.Equal(Math.Min(times, 2) + 1, sira.CountTo(0));
        Assert.InRange(sira.Requests.Count, 2, 6);
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
