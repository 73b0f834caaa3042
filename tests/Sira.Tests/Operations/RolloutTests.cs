using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Registry;
using Sira.Kernel.Health;
using Sira.Kernel.Resources;
using Sira.Simulation.Time;
using static Sira.Tests.Operations.OperatedSira;

namespace Sira.Tests.Operations;

public class RolloutTests
{
    private static readonly RolloutOptions Quick = new() { Steps = [20, 50], MinimumRequests = 20, StepDuration = TimeSpan.Zero };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TrialThatFails_IsWithdrawn_AndNothingElseFails(bool streaming)
    {
        await using var sira = new OperatedSira();
        sira.IsFailing.Add("b");
        await sira.Rollouts.StartAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "b is cheaper", Quick);

        var decisions = await AskAsync(sira, 200, streaming);

        var status = sira.Rollouts.Current!;
        Assert.Equal((RolloutPhase.Withdrawn, 20L, 20L), (status.Phase, status.Trial.Requests, status.Trial.Failures));
        Assert.Equal(20, decisions.Count(decision => decision == ("b/m", 2)));
        Assert.Equal(180, decisions.Count(decision => decision == ("a/m", 1)));
        Assert.Equal(0, sira.Clock.ActiveTimers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TrialThatIsAsGood_IsPromoted(bool streaming)
    {
        await using var sira = new OperatedSira();
        await sira.Rollouts.StartAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "b is cheaper", Quick);

        var decisions = await AskAsync(sira, 400, streaming);

        Assert.Equal(RolloutPhase.Promoted, sira.Rollouts.Current!.Phase);
        Assert.Equal(2, sira.Configuration.Current!.Number);
        Assert.Equal(("b/m", 2L), decisions[^1]);
        Assert.All(decisions, decision => Assert.Equal(decision.Version == 1 ? "a/m" : "b/m", decision.Target));
    }

    [Fact]
    public async Task StickyTenants_StayOnTheirSide()
    {
        await using var sira = new OperatedSira();
        var options = new RolloutOptions { Steps = [50], MinimumRequests = 1000, StickyBy = "tenant" };
        await sira.Rollouts.StartAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "b is cheaper", options);

        var targets = new Dictionary<string, HashSet<string?>>();
        for (var i = 0; i < 100; i++)
        {
            var tenant = $"tenant {i % 20}";
            (targets.TryGetValue(tenant, out var seen) ? seen : targets[tenant] = []).Add((await sira.AskAsync(tenant)).Target);
        }

        Assert.All(targets.Values, seen => Assert.Single(seen));
        Assert.Equal(2, targets.Values.Select(seen => seen.Single()).Distinct().Count());
    }

    [Fact]
    public async Task Trial_SpendsFromTheBudgetsInForce_AndItsLimitsAndBreakersHurtNobodyElse()
    {
        (string, string?)[] changes = [("Routes:default:Targets", "a/m"), ("Routes:default:Budget:Requests", "1"), ("Breaker:ConsecutiveFailures", "1")];
        await using var sira = new OperatedSira(settings: [("Routes:default:Targets", "a/m"), ("Routes:default:Budget:Requests", "1000"), ("Breaker:ConsecutiveFailures", "50")]);
        await sira.Rollouts.StartAsync(Changes(changes), "ann", "a test", new RolloutOptions { Steps = [50], MinimumRequests = 1000 });

        await AskAsync(sira, 100, streaming: false);

        var pool = Assert.Single(sira.Get<ResourcePoolRegistry>().Pools);
        Assert.Equal((1000, 100), (pool.Limit, pool.Used));
        var endpoint = Assert.Single(sira.Get<IServiceRegistry>().GetSnapshot("models").Endpoints);
        Assert.Equal((50, CircuitState.Closed), (endpoint.Breaker.Options.ConsecutiveFailures, endpoint.Breaker.State));
        await sira.Rollouts.PromoteAsync("ann", "a test");
        Assert.Equal((1, 100), (pool.Limit, pool.Used));
        Assert.Equal(1, endpoint.Breaker.Options.ConsecutiveFailures);
    }

    [Fact]
    public async Task TrialWithoutARouteThatIsAskedFor_CountsItsFailures()
    {
        await using var sira = new OperatedSira(settings: [("Routes:default:Targets", "a/m"), ("Routes:extra:Targets", "a/m")]);
        await sira.Rollouts.StartAsync(Changes(("Routes:extra", null)), "ann", "nobody uses it", Quick);
        var chat = sira.Get<Sira.Gateway.Clients.ISira>().GetChatClient("extra");
        var failures = 0;
        for (var i = 0; i < 200; i++)
        {
            try
            {
                await sira.Clock.RunAsync(() => Microsoft.Extensions.AI.ChatClientExtensions.GetResponseAsync(chat, "Hello"));
            }
            catch (Sira.Errors.RequestFailedException)
            {
                failures++;
            }

            sira.Clock.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal((RolloutPhase.Withdrawn, 20), (sira.Rollouts.Current!.Phase, failures));
    }

    [Fact]
    public async Task EditedFile_EndsTheRollout()
    {
        await using var sira = new OperatedSira();
        await sira.Rollouts.StartAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "b is cheaper", new RolloutOptions { Steps = [99] });

        sira.Edit(("DefaultRoute", "default"));

        Assert.Equal(RolloutPhase.Withdrawn, sira.Rollouts.Current!.Phase);
        Assert.All(await AskAsync(sira, 50, streaming: false), decision => Assert.Equal(("a/m", 3L), decision));
    }

    private static async Task<List<(string? Target, long Version)>> AskAsync(OperatedSira sira, int calls, bool streaming)
    {
        var decisions = new List<(string?, long)>();
        for (var i = 0; i < calls; i++)
        {
            var decision = await sira.AskAsync(streaming: streaming);
            decisions.Add((decision.Target, decision.SnapshotVersion));

            // A verdict is carried out by a timer.
            sira.Clock.Advance(TimeSpan.FromTicks(1));
        }

        return decisions;
    }
}
