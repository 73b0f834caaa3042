using Sira.Simulation.Faults;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class PrimaryDownForAMinute : Scenario
{
    // The default BreakDuration: the least time between two probes.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostUntilUsedAgain = TimeSpan.FromSeconds(30);

    public override int Number => 15;

    public override string Title => "primary down for 60 s, then healthy; 30 requests, 4 s apart";

    public override string Conduct => "all served; with the breaker open at most one attempt per probe interval; the primary used again within 30 s of its recovery (attempts: at the primary while it was down; time: from its recovery to its first answer)";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        await using var sira = new FailoverSira(numbers);
        var (down, apart) = (numbers.PickTime(60_000, 20_000, 200_000), numbers.PickTime(4000, 500, 4000));
        var calls = numbers.IsDrawn ? (int)((down + (1.5 * MostUntilUsedAgain)) / apart) : 30;
        sira.Primary.Faults.Between(TimeSpan.Zero, down, numbers.Pick(Fault.Unavailable(), Fault.ServerError(), Fault.ConnectionRefused(), Fault.ConnectionReset(), Fault.Overloaded()));
        sira.AddNoise();
        var start = sira.Now;
        for (var i = 0; i < calls; i++)
        {
            sira.AssertWhole(await sira.AskAsync());
            var next = start + (apart * (i + 1));
            if (next > sira.Now)
            {
                sira.Clock.Advance(next - sira.Now);
            }
        }

        var whileDown = sira.Primary.Requests.Select(static request => request.ArrivedAfter).Where(at => at < down).ToArray();

        // Five failures open the breaker; from then on each attempt is a probe.
        Assert.All(whileDown.Skip(5).Zip(whileDown.Skip(4)), static pair => Assert.True(pair.First - pair.Second >= ProbeInterval, $"{pair.Second} → {pair.First}"));
        var usedAgain = sira.Primary.Requests.First(request => request.ArrivedAfter >= down).ArrivedAfter - down;
        Assert.InRange(usedAgain, TimeSpan.Zero, MostUntilUsedAgain);
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(whileDown.Length, usedAgain);
    }
}
