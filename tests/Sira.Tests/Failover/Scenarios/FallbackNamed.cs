using Sira.Gateway.Ledger;
using Sira.Simulation.Faults;
using Sira.Testing.Telemetry;

namespace Sira.Tests.Failover.Scenarios;

internal sealed class FallbackNamed : Scenario
{
    private const string Operations = "gen_ai.client.operation.duration";

    public override int Number => 16;

    public override string Title => "who answered, after the primary failed";

    public override string Conduct => "the response names the fallback's model and carries its usage; failed attempts count as no completion in decision, ledger and metrics";

    public override async Task<Observation> RunAsync(ScenarioNumbers numbers)
    {
        await using var sira = new FailoverSira(numbers);
        using var metrics = new MetricCollector("sira.route", sira.RouteName);
        sira.Primary.Faults.Always(numbers.Pick(Fault.Unavailable(), Fault.ServerError(), Fault.ConnectionReset(), Fault.RateLimited(), Fault.Unauthorized(), Fault.ModelNotFound(), Fault.ContextLengthExceeded(), Fault.EmptyBody(), Fault.Html()));
        sira.AddNoise();

        var answer = await sira.AskAsync();

        Assert.Equal(1, sira.AssertWhole(answer));
        var failed = answer.Attempts.Count - 1;
        var (primary, fallback, usage) = (RowOf(0), RowOf(1), ScriptedAnswers.UsageOf(1));
        Assert.Equal((failed, 0L, failed, 0L), (primary.Attempts, primary.Answered, primary.Failed, primary.TotalTokens));
        Assert.Equal((1L, 1L, 0L, usage.InputTokens, usage.OutputTokens), (fallback.Attempts, fallback.Answered, fallback.Failed, (int)fallback.InputTokens, (int)fallback.OutputTokens));
        Assert.Equal(failed, metrics.Of(Operations).Count(static one => one.Tags.ContainsKey("error.type")));
        Assert.Equal(sira.TargetOf(1), Assert.Single(metrics.Of(Operations), static one => !one.Tags.ContainsKey("error.type")).Tags["sira.target"]);
        Assert.Equal((double)(usage.InputTokens + usage.OutputTokens)!, metrics.All.Where(static one => one.Instrument == "gen_ai.client.token.usage" && one.Tags["gen_ai.token.type"] is "input" or "output").Sum(static one => one.Value));
        await sira.AssertHealthyAfterwardsAsync();
        return new Observation(answer.Attempts.Count, answer.Elapsed);

        LedgerRow RowOf(int provider) => Assert.Single(sira.Sira.Ledger.Query(new LedgerQuery { Target = sira.TargetOf(provider) }));
    }
}
