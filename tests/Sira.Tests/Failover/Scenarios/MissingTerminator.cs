using Sira.Requests;
using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class MissingTerminator : Scenario
{
    public override int Number => 11;

    public override string Title => "no `[DONE]` or `message_stop` (responses: no `response.completed`, so that finish reason and usage are missing too)";

    public override string Conduct => "finished at once with usage";

    public override string Policy => "none (responses: `ResumeVerified`, `Restart`)";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        await using var sira = new FailoverSira(numbers, recovery: numbers.Wires[0] == "responses" ? [StreamRecovery.ResumeVerified, StreamRecovery.Restart] : []);
        sira.Primary.Faults.Always(Fault.MissingDone());
        sira.AddNoise();

        var answer = await sira.AskAsync();

        var isIncomplete = numbers.Streaming && numbers.Wires[0] == "responses";
        Assert.Equal(isIncomplete ? 1 : 0, sira.AssertWhole(answer));
        Assert.InRange(sira.Requests.Count, 1, isIncomplete ? 3 : 1);
        Assert.InRange(answer.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(numbers.IsDrawn ? 7 : 0));
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
