using Sira.Requests;
using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

/// <summary>A stream breaks in one of several ways after part of it was delivered, or a whole answer halfway: another provider's answer arrives whole, whether it says the same or not.</summary>
internal abstract class BrokenStream : Scenario
{
    private static readonly StreamRecovery[] Stated = [StreamRecovery.ResumeVerified, StreamRecovery.Restart];

    public override string Policy => "`ResumeVerified`, `Restart`";

    /// <summary>How long the broken stream may hold the caller up.</summary>
    protected static TimeSpan Idle => TimeSpan.FromSeconds(30);

    protected abstract Fault Break(ScenarioNumbers numbers, int tokens);

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        var policy = numbers.Pick(Stated, [StreamRecovery.Hold], [StreamRecovery.Restart], [StreamRecovery.ResumeVerified, StreamRecovery.Hold], [StreamRecovery.Continue, StreamRecovery.ResumeVerified, StreamRecovery.Restart]);
        if (numbers.Diverges && policy is [StreamRecovery.ResumeVerified, StreamRecovery.Hold])
        {
            policy = Stated;
        }

        await using var sira = new FailoverSira(numbers, recovery: policy);
        var broken = numbers.Pick(1, 1, numbers.Wires.Count - 1);
        for (var i = 0; i < broken; i++)
        {
            sira.Providers[i].Faults.Always(Break(numbers, sira.Answers.Tokens));
        }

        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(broken, sira.AssertWhole(answer));
        Assert.InRange(sira.Requests.Count, 2, 6);
        Assert.InRange(sira.CountTo(0), 1, 3);
        Assert.InRange(answer.Elapsed, TimeSpan.Zero, (Idle * broken) + TimeSpan.FromSeconds(12));
        if (!numbers.Streaming || policy[0] is StreamRecovery.Hold || (policy[0] is StreamRecovery.ResumeVerified && !numbers.Diverges))
        {
            Assert.Equal(0, answer.Restarts);
        }

        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
