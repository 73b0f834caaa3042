using Sira.Errors;
using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class ContextLengthExceeded : Scenario
{
    public override int Number => 12;

    public override string Title => "context length exceeded";

    public override string Conduct => "not sent again to the same model; the larger one answers";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        // A fallback in between that has no more room than the primary is passed over.
        var larger = numbers.Wires.Count == 3 ? numbers.Pick(1, 1, 2) : 1;
        await using var sira = new FailoverSira(numbers, backend: (index, options) =>
        {
            foreach (var id in options.Models.Keys.ToArray())
            {
                options.Models[id] = options.Models[id] with { ContextWindow = index < larger ? 8_000 : 200_000 };
            }
        });
        sira.Primary.Faults.Always(Fault.ContextLengthExceeded());
        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(larger, sira.AssertWhole(answer));
        Assert.Equal((1, 1, 2), (sira.CountTo(0), sira.CountTo(larger), sira.Requests.Count));
        Assert.Equal(BackendErrorKind.ContextLength, answer.Attempts[0].Error);
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
