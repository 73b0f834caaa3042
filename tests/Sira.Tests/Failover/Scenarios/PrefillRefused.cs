using Sira.Requests;
using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class PrefillRefused : Scenario
{
    private static readonly StreamRecovery[] Stated = [StreamRecovery.Continue, StreamRecovery.Restart];

    public override int Number => 14;

    public override string Title => "stream cut after 40 of 60 tokens, and the fallback refuses prefill";

    public override string Conduct => "a clean restart; the refusal never surfaces";

    public override string Policy => "`Continue`, `Restart`";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        var policy = numbers.Pick(Stated, [StreamRecovery.Continue, StreamRecovery.ResumeVerified, StreamRecovery.Restart], [StreamRecovery.ResumeVerified, StreamRecovery.Continue, StreamRecovery.Restart]);
        await using var sira = new FailoverSira(numbers, recovery: policy, backend: static (_, options) =>
        {
            foreach (var id in options.Models.Keys.ToArray())
            {
                options.Models[id] = options.Models[id] with { AcceptsPrefill = true };
            }
        });
        sira.Primary.Faults.Always(Fault.CutAfter(numbers.Pick(40, 0, sira.Answers.Tokens + 2)));
        foreach (var provider in sira.Providers)
        {
            var refusal = Fault.BadRequest("This model does not support assistant message prefill. The conversation must end with a user message.");
            provider.Faults.When(request => request.Prompt.Messages is [.., { Role: "assistant" }] ? refusal : null);
        }

        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.NotEqual(0, sira.AssertWhole(answer));
        Assert.InRange(sira.Requests.Count, 2, 6);
        Assert.InRange(answer.Restarts, 0, 1);
        if (!numbers.IsDrawn)
        {
            Assert.Equal(numbers.Streaming ? 1 : 0, answer.Restarts);
        }

        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);
    }
}
