using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Tests.Configuration.Versions;
using static Sira.Kernel.Tests.Configuration.Versions.ConfigurationFixture;

namespace Sira.Kernel.Tests.Configuration.Rollout;

public class ConfigurationRolloutsTests
{
    private static readonly RolloutOptions Quick = new() { Steps = [10, 50], MinimumRequests = 20, StepDuration = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task Start_ShowsTheTrialBeside_AndChangesNothingElse()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));

        var status = await StartAsync(fixture, ("A", "2"));

        Assert.Equal((2, RolloutPhase.Running, 1, 2, 10.0), (status.Version, status.Phase, status.Step, status.Steps, status.Percent));
        Assert.Equal("2", fixture.Consumer.Trial!["A"]);
        Assert.Equal("1", fixture.Consumer.InForce["A"]);
        Assert.Equal("1", fixture.Section.Section!["A"]);
        Assert.Equal([ConfigurationVersionState.InForce, ConfigurationVersionState.RollingOut], fixture.Configuration.Versions.Select(version => version.State));
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(fixture, ("A", "3")));
    }

    [Fact]
    public async Task GoodTrial_TakesItsSteps_AndIsPromotedUnderItsNumber()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));

        Run(fixture, trialFailures: 0);
        Assert.Equal((2, 50.0), (fixture.Rollouts.Current!.Step, fixture.Rollouts.Current.Percent));
        Assert.Equal(0, fixture.Rollouts.Current.Trial.Requests);
        Run(fixture, trialFailures: 0);

        Assert.Equal(RolloutPhase.Promoted, fixture.Rollouts.Current.Phase);
        Assert.Equal(("2", 2L), (fixture.Consumer.InForce["A"], fixture.Consumer.Version));
        Assert.Equal([ConfigurationVersionState.Superseded, ConfigurationVersionState.InForce], fixture.Configuration.Versions.Select(version => version.State));
        Assert.Equal("2", fixture.Section.Section!["A"]);
        Assert.Equal(0, fixture.Clock.ActiveTimers);
        fixture.Edit(("B", "1"));
        Assert.Equal("2", fixture.Consumer.InForce["A"]);
    }

    [Fact]
    public async Task BadTrial_IsWithdrawn_AndAnotherCanBegin()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));

        Run(fixture, trialFailures: 8);

        Assert.Equal(RolloutPhase.Withdrawn, fixture.Rollouts.Current!.Phase);
        Assert.Contains("8 of 20 requests failed, against 0 of 20", fixture.Rollouts.Current.Reason, StringComparison.Ordinal);
        Assert.Null(fixture.Consumer.Trial);
        Assert.Equal("1", fixture.Consumer.InForce["A"]);
        Assert.Equal(ConfigurationVersionState.Withdrawn, fixture.Configuration.Versions[^1].State);
        Assert.Equal(3, (await StartAsync(fixture, ("A", "3"))).Version);
    }

    [Fact]
    public async Task RollBack_ToATrialThatWasNeverInForce_IsRefused()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));
        Assert.Equal([true, false], fixture.Configuration.Versions.Select(version => version.CanRollBack));
        var running = await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Configuration.RollBackAsync(2, "ann", "a test"));
        Assert.Contains("version 2 is on trial", running.Message, StringComparison.Ordinal);
        await fixture.Rollouts.AbortAsync("bob", "looks odd");
        Assert.Equal([true, false], fixture.Configuration.Versions.Select(version => version.CanRollBack));

        var refused = await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Configuration.RollBackAsync(2, "ann", "a test"));

        Assert.Contains("version 2 was on trial and was withdrawn", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1", fixture.Consumer.InForce["A"]);
    }

    [Fact]
    public async Task RollBack_ToATrialThatWasPromoted_PutsItInForceAgain()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));
        await fixture.Rollouts.PromoteAsync("bob", "looks good");
        Assert.True(fixture.Configuration.Current!.CanRollBack);
        await fixture.ApplyAsync(("A", "3"));

        await fixture.Configuration.RollBackAsync(2, "ann", "a test");

        Assert.Equal("2", fixture.Consumer.InForce["A"]);
    }

    [Fact]
    public async Task Abort_AndPromote_ByHand()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));
        var aborted = await fixture.Rollouts.AbortAsync("bob", "looks odd");
        Assert.Equal((RolloutPhase.Withdrawn, "aborted by bob: looks odd"), (aborted.Phase, aborted.Reason));
        await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Rollouts.AbortAsync("bob", "again"));

        await StartAsync(fixture, ("A", "3"));
        var promoted = await fixture.Rollouts.PromoteAsync("bob", "looks good");
        Assert.Equal((RolloutPhase.Promoted, 100.0), (promoted.Phase, promoted.Percent));
        Assert.Equal("3", fixture.Consumer.InForce["A"]);
    }

    [Fact]
    public async Task EditedFile_EndsIt_AndOneWithMistakesDoesNot()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));

        fixture.Edit(("XWrong", "1"));
        Assert.Equal(RolloutPhase.Running, fixture.Rollouts.Current!.Phase);
        fixture.Edit(("XWrong", null), ("B", "1"));

        Assert.Equal((RolloutPhase.Withdrawn, "configuration 4 came into force meanwhile"), (fixture.Rollouts.Current.Phase, fixture.Rollouts.Current.Reason));
        Assert.Equal(new() { ["A"] = "1", ["B"] = "1" }, fixture.Consumer.InForce);
        Assert.Null(fixture.Consumer.Trial);
        Assert.Equal(0, fixture.Clock.ActiveTimers);
    }

    [Fact]
    public async Task TooFewRequests_EndIt()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));

        fixture.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(RolloutPhase.Withdrawn, fixture.Rollouts.Current!.Phase);
        Assert.Contains("too few requests", fixture.Rollouts.Current.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrialThatIsNotValidAnyMore_WhenItPassed_IsWithdrawn()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        await StartAsync(fixture, ("A", "2"));
        fixture.Consumer.DuringBuild = () => throw new InvalidOperationException("the plugin is gone");

        await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Rollouts.PromoteAsync("bob", "looks good"));

        Assert.Equal((RolloutPhase.Withdrawn, "1", 1L), (fixture.Rollouts.Current!.Phase, fixture.Consumer.InForce["A"], fixture.Consumer.Version));
        Assert.Null(fixture.Consumer.Trial);
    }

    [Fact]
    public async Task Start_WithMistakes_InChangesOrOptions_ChangesNothing()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));

        await Assert.ThrowsAsync<SiraConfigurationException>(() => StartAsync(fixture, ("XWrong", "2")));
        var options = await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Rollouts.StartAsync(Changes(("A", "2")), "ann", "a test", new RolloutOptions { Steps = [50, 20], MinimumRequests = 1, StickyBy = "Tenent" }));

        Assert.Equal(3, options.Errors.Count);
        Assert.Contains("Did you mean 'Tenant'?", options.Message, StringComparison.Ordinal);
        Assert.Null(fixture.Rollouts.Current);
        Assert.Null(fixture.Consumer.Trial);
        Assert.Equal(0, fixture.Clock.ActiveTimers);
    }

    private static Task<RolloutStatus> StartAsync(ConfigurationFixture fixture, params (string, string?)[] changes) => fixture.Rollouts.StartAsync(Changes(changes), "ann", "a test", Quick);

    private static void Run(ConfigurationFixture fixture, int trialFailures)
    {
        var traffic = fixture.Consumer.Traffic!;
        fixture.Clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 20; i++)
        {
            traffic.Record(onTrial: false, failed: false, TimeSpan.FromSeconds(1));
        }

        for (var i = 0; i < 20; i++)
        {
            traffic.Record(onTrial: true, failed: i < trialFailures, TimeSpan.FromSeconds(1));
        }

        // The verdict is carried out by a timer.
        fixture.Clock.Advance(TimeSpan.FromTicks(1));
    }
}
