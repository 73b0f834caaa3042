using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Simulation.Time;
using static Sira.Kernel.Tests.Configuration.Versions.ConfigurationFixture;

namespace Sira.Kernel.Tests.Configuration.Versions;

public class SiraConfigurationTests
{
    [Fact]
    public void Start_TakesTheHostsSettings_AsVersionOne()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));

        Assert.Equal("1", fixture.Consumer.InForce["A"]);
        var version = Assert.Single(fixture.Configuration.Versions);
        Assert.Equal((1, ConfigurationSource.Start, ConfigurationVersionState.InForce), (version.Number, version.Source, version.State));
        Assert.Equal(version, fixture.Configuration.Current);
    }

    [Fact]
    public void Start_WithMistakes_ThrowsThem_AndCanBeTriedAgain()
    {
        var host = new Microsoft.Extensions.Configuration.ConfigurationManager();
        host["Sira:AWrong"] = "1";
        var section = new SiraConfigurationSection(host.GetSection("Sira"));
        using var configuration = new SiraConfiguration(section, new VirtualTimeProvider());

        Assert.Throws<SiraConfigurationException>(() => configuration.Start(new FakeConsumer(section)));
        Assert.Null(configuration.Current);
        host["Sira:AWrong"] = null;
        configuration.Start(new FakeConsumer(section));
        Assert.Equal(1, configuration.Current!.Number);
        Assert.Throws<InvalidOperationException>(() => configuration.Start(new FakeConsumer(section)));
    }

    [Fact]
    public void HostReload_IsAVersion_AndOneWithMistakesIsRecordedButNotInForce()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));

        fixture.Edit(("A", "2"));
        fixture.Edit(("A", "3"), ("BWrong", "x"), ("CWrong", "y"));

        Assert.Equal("2", fixture.Consumer.InForce["A"]);
        Assert.Equal("2", fixture.Section.Section!["A"]);
        Assert.Equal(2, fixture.Consumer.Version);
        Assert.Equal(
            [(1, ConfigurationVersionState.Superseded), (2, ConfigurationVersionState.InForce), (3, ConfigurationVersionState.Rejected)],
            fixture.Configuration.Versions.Select(version => (version.Number, version.State)));
        Assert.Equal(["Sira:BWrong", "Sira:CWrong"], fixture.Configuration.Versions[2].Report.Errors.Select(error => error.Path));
        Assert.Equal(1, fixture.Consumer.Discards);
    }

    [Fact]
    public async Task Apply_LiesOverTheHosts_AndStaysWhenTheHostsChanges()
    {
        using var fixture = new ConfigurationFixture(settings: [("A", "1"), ("List:0", "x"), ("List:1", "y")]);

        var version = await fixture.ApplyAsync(("A", "2"), ("List", "only"));
        fixture.Edit(("A", "9"), ("B", "new"));

        Assert.Equal(("ann", "a test", ConfigurationSource.Api, 2L), (version.Actor, version.Reason, version.Source, version.Number));
        Assert.Equal(new() { ["A"] = "2", ["List"] = "only", ["B"] = "new" }, fixture.Consumer.InForce);
        await fixture.Configuration.ResetAsync("ann", "the file is right");
        Assert.Equal(new() { ["A"] = "9", ["B"] = "new", ["List:0"] = "x", ["List:1"] = "y" }, fixture.Consumer.InForce);
    }

    [Fact]
    public async Task Apply_WithMistakes_ThrowsAll_AndChangesNothing()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));

        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.ApplyAsync(("A", "2"), ("XWrong", "1"), ("YWrong", "1")));

        Assert.Equal(2, exception.Errors.Count);
        Assert.Equal("1", fixture.Consumer.InForce["A"]);
        Assert.Equal("1", fixture.Section.Section!["A"]);
        Assert.Equal(ConfigurationVersionState.Rejected, fixture.Configuration.Versions[^1].State);
        fixture.Edit(("B", "1"));
        Assert.Equal("1", fixture.Consumer.InForce["A"]);
    }

    [Fact]
    public async Task Validate_Reports_AndChangesNothing()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));

        Assert.False((await fixture.Configuration.ValidateAsync(Changes(("XWrong", "1")))).IsValid);
        Assert.True((await fixture.Configuration.ValidateAsync(Changes(("A", "2")))).IsValid);

        Assert.Equal("1", fixture.Section.Section!["A"]);
        Assert.Single(fixture.Configuration.Versions);
        Assert.Equal(2, fixture.Consumer.Discards);
    }

    [Fact]
    public async Task RollBack_RestoresRealValues_UntilTheHostsConfigurationIsChanged()
    {
        using var fixture = new ConfigurationFixture(settings: ("ApiKey", "sk-first-secret"));
        fixture.Edit(("ApiKey", "sk-second-secret"));
        await fixture.ApplyAsync(("A", "1"));

        var back = await fixture.Configuration.RollBackAsync(1, "bob", "the new key is refused");

        Assert.Equal((4, ConfigurationSource.RollBack), (back.Number, back.Source));
        Assert.Equal(new() { ["ApiKey"] = "sk-first-secret" }, fixture.Consumer.InForce);
        fixture.Host.Reload();
        Assert.Equal("sk-first-secret", fixture.Consumer.InForce["ApiKey"]);
        fixture.Edit(("BWrong", "1"));
        Assert.Equal("sk-first-secret", fixture.Consumer.InForce["ApiKey"]);
        fixture.Edit(("BWrong", null), ("ApiKey", "sk-third-secret"));
        Assert.Equal(new() { ["ApiKey"] = "sk-third-secret" }, fixture.Consumer.InForce);
    }

    [Fact]
    public async Task RollBack_ToAnyOfManyVersions_GivesItsSettings()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        for (var i = 2; i <= 150; i++)
        {
            await fixture.ApplyAsync(("A", $"{i}"), ($"K{i % 7}", $"{i}"));
        }

        var wanted = fixture.Configuration.Versions.ToDictionary(version => version.Number, version => fixture.Configuration.GetSettings(version.Number));
        foreach (var (number, settings) in wanted)
        {
            await fixture.Configuration.RollBackAsync(number, "ann", "a test");
            Assert.Equal(settings.ToDictionary(), fixture.Consumer.InForce);
        }
    }

    [Fact]
    public async Task RollBack_ToWhatIsNotKept_WasRejected_OrIsNotValidAnyMore_SaysSo()
    {
        using var fixture = new ConfigurationFixture(options: new ConfigurationHistoryOptions { MaximumVersions = 3 }, settings: ("A", "1"));
        await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.ApplyAsync(("XWrong", "1")));
        await fixture.ApplyAsync(("A", "3"));

        var rejected = await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Configuration.RollBackAsync(2, "ann", "a test"));
        Assert.Contains("version 2 was rejected and was never in force", rejected.Message, StringComparison.Ordinal);
        await fixture.ApplyAsync(("A", "4"));
        var pruned = await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Configuration.RollBackAsync(1, "ann", "a test"));
        Assert.Contains("version 1 is not in the history. It holds 2 to 4", pruned.Message, StringComparison.Ordinal);

        fixture.Consumer.DuringBuild = () => throw new InvalidOperationException("the plugin is gone");
        var invalid = await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.Configuration.RollBackAsync(3, "ann", "a test"));
        Assert.Contains("the plugin is gone", invalid.Message, StringComparison.Ordinal);
        Assert.Equal("4", fixture.Consumer.InForce["A"]);
        Assert.Equal(4, fixture.Configuration.Current!.Number);
    }

    [Fact]
    public async Task Diff_ShowsWhatDiffers_WithoutSecrets()
    {
        using var fixture = new ConfigurationFixture(settings: [("Backends:openai:ApiKey", "sk-first-secret"), ("Backends:openai:Headers:x-team", "blue"), ("Strategy", "ordered"), ("Old", "1"), ("Alias", "@default")]);
        await fixture.ApplyAsync(("Backends:openai:ApiKey", "sk-second-secret"), ("Strategy", "lowest-cost"), ("Old", null), ("New", "2"));

        var diff = fixture.Configuration.Diff(1, 2);

        Assert.Equal(["Backends:openai:ApiKey", "New", "Old", "Strategy"], diff.Changes.Select(change => change.Key));
        var shown = diff + string.Concat(fixture.Configuration.GetSettings(1).Concat(fixture.Configuration.GetSettings(2)).Select(setting => setting.ToString()));
        Assert.DoesNotContain("sk-", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("blue", shown, StringComparison.Ordinal);
        Assert.Contains("~ Strategy = ordered → lowest-cost", diff.ToString(), StringComparison.Ordinal);
        Assert.Contains("- Old = 1", diff.ToString(), StringComparison.Ordinal);
        Assert.Contains("+ New = 2", diff.ToString(), StringComparison.Ordinal);
        Assert.Equal("@default", fixture.Configuration.GetSettings(1)["Alias"]);
        Assert.Empty(fixture.Configuration.Diff(2, 2).Changes);
        Assert.Throws<SiraConfigurationException>(() => fixture.Configuration.Diff(1, 7));
    }

    [Fact]
    public void HostThatChangesDuringABuild_IsNotMixedIn()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        var edits = 0;
        fixture.Consumer.DuringBuild = () =>
        {
            if (edits++ < 3)
            {
                // The consumer asserts that what it reads afterwards is the same.
                fixture.Edit(("A", $"during {edits}"));
            }
        };

        fixture.Edit(("A", "2"));

        Assert.Equal("during 3", fixture.Consumer.InForce["A"]);
    }

    [Fact]
    public async Task ChangeToken_ChangesWhenAnotherVersionIsInForce_AndFollowersMayChangeItThemselves()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        var token = fixture.Configuration.GetChangeToken();
        Task? inner = null;
        token.RegisterChangeCallback(_ => inner = fixture.ApplyAsync(("B", "1")), null);

        await Assert.ThrowsAsync<SiraConfigurationException>(() => fixture.ApplyAsync(("XWrong", "1")));
        Assert.False(token.HasChanged);
        await fixture.ApplyAsync(("A", "2"));

        Assert.True(token.HasChanged);
        await inner!;
        Assert.Equal(new() { ["A"] = "2", ["B"] = "1" }, fixture.Consumer.InForce);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":A")]
    [InlineData("A::B")]
    public async Task Apply_WithAKeyThatIsNone_IsRefused(string key)
    {
        using var fixture = new ConfigurationFixture();
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.ApplyAsync((key, "1")));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.ApplyAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Configuration.ApplyAsync(Changes(("A", "1")), " ", "a test"));
    }
}
