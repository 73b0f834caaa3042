using Sira.Gateway.Clients;
using Sira.Gateway.Ledger;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Resources;
using static Sira.Tests.Operations.OperatedSira;

namespace Sira.Tests.Operations;

public class ConfigurationVersionTests
{
    [Fact]
    public async Task AppliedChange_RollBack_AndReset_AreWhatCallsRunOn()
    {
        await using var sira = new OperatedSira();
        Assert.Equal(("a/m", 1L), Place(await sira.AskAsync()));

        await sira.Configuration.ApplyAsync(Changes(("Routes:default:Targets", "b/m")), "ann", "a is slow");
        Assert.Equal(("b/m", 2L), Place(await sira.AskAsync()));
        await sira.Configuration.RollBackAsync(1, "bob", "a is well again");
        Assert.Equal(("a/m", 3L), Place(await sira.AskAsync()));
        sira.Edit(("Routes:default:Targets", "b/other"));
        Assert.Equal(("b/other", 4L), Place(await sira.AskAsync()));

        Assert.Equal(["start", "a is slow", "a is well again", "the host's configuration changed"], sira.Configuration.Versions.Select(version => version.Reason));
        Assert.Equal("~ Routes:default:Targets = a/m → b/other", Assert.Single(sira.Configuration.Diff(3, 4).Changes).ToString());
    }

    [Fact]
    public async Task RejectedChange_TellsAllMistakes_AndLeavesRoutesBudgetsAndLedgerAsTheyWere()
    {
        await using var sira = new OperatedSira(settings: [("Routes:default:Targets", "a/m"), ("Routes:default:Budget:Requests", "3")]);
        await sira.AskAsync();
        sira.Clock.Advance(TimeSpan.FromDays(2));
        var wrong = Changes(("Routes:default:Targets", "nobody/m"), ("Routes:default:Budget:Requests", "100"), ("Ledger:RetentionDays", "1"), ("Straegy", "x"));

        var report = await sira.Configuration.ValidateAsync(wrong);
        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => sira.Configuration.ApplyAsync(wrong, "ann", "a test"));
        Assert.True((await sira.Configuration.ValidateAsync(Changes(("Routes:default:Budget:Requests", "100"), ("Ledger:RetentionDays", "1")))).IsValid);

        Assert.Equal(2, report.Errors.Count);
        Assert.Equal(report.Errors, exception.Errors);
        Assert.Equal(3, Assert.Single(sira.Get<ResourcePoolRegistry>().Pools).Limit);
        Assert.Equal(1, Assert.Single(sira.Get<IUsageLedger>().Query(new LedgerQuery())).Answered);
        Assert.Equal(("a/m", 1L), Place(await sira.AskAsync()));
    }

    [Fact]
    public async Task UnknownVersion_AndSecrets()
    {
        await using var sira = new OperatedSira(settings: [("Routes:default:Targets", "a/m"), ("Backends:openai:ApiKey", "sk-very-secret-1234567890")]);
        await Assert.ThrowsAsync<SiraConfigurationException>(() => sira.Configuration.RollBackAsync(7, "bob", "a test"));
        Assert.StartsWith("(secret ", sira.Configuration.GetSettings(1)["Backends:openai:ApiKey"], StringComparison.Ordinal);
        Assert.Contains(sira.Get<ISira>().Targets, target => target.Target == "a/m");
    }

    [Fact]
    public async Task RollBack_ToABackendThatWasChanged_FindsItsKeys()
    {
        await using var sira = new OperatedSira(settings: [("Routes:default:Targets", "a/m, openai/gpt-5-mini"), ("Backends:openai:ApiKey", "sk-first"), ("Backends:openai:Endpoint", "https://one.example/v1")]);
        var before = OpenAI(sira);
        sira.Edit(("Backends:openai:Endpoint", "https://two.example/v1"));
        Assert.NotSame(before, OpenAI(sira));

        await sira.Configuration.RollBackAsync(1, "bob", "the second is down");

        Assert.Same(before, OpenAI(sira));
    }

    private static Sira.Backends.IBackend OpenAI(OperatedSira sira) =>
        sira.Get<Sira.Backends.IBackendSource>().Load(sira.Get<Sira.Kernel.Contributions.ContributionCatalogue>().Current, new ConfigurationErrors()).Single(static backend => backend.Name == "openai");

    private static (string?, long) Place(Sira.Decisions.RouteDecision decision) => (decision.Target, decision.SnapshotVersion);
}
