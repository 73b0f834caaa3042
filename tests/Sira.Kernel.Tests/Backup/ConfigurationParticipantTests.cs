using System.Text;
using Sira.Kernel.Backup;
using Sira.Kernel.Backup.Participants;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Tests.Configuration.Versions;

namespace Sira.Kernel.Tests.Backup;

public class ConfigurationParticipantTests
{
    [Fact]
    public async Task History_AndAppliedChanges_AreRestored_WithoutSecrets()
    {
        using var before = new ConfigurationFixture(settings: [("A", "1"), ("ApiKey", "sk-file-secret")]);
        await before.ApplyAsync(("A", "2"), ("Old", null), ("Other:ApiKey", "sk-applied-secret"));
        var file = await SaveAsync(before);
        Assert.DoesNotContain("sk-", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        using var after = new ConfigurationFixture(settings: [("A", "1"), ("B", "new"), ("Old", "1")]);

        var report = await RestoreAsync(after, file);

        Assert.Equal(new() { ["A"] = "2", ["B"] = "new" }, after.Consumer.InForce);
        Assert.Equal(["The secret that was applied as 'Other:ApiKey' is not in the backup. Apply it again."], Assert.Single(report.Sections).Notes);
        Assert.Equal(
            [(-1L, 1L, ConfigurationSource.Start, false), (0, 2, ConfigurationSource.Api, false), (1, null, ConfigurationSource.Start, true), (3, null, ConfigurationSource.Restore, true)],
            after.Configuration.Versions.Select(version => (version.Number, version.OriginalNumber, version.Source, version.CanRollBack)));
        Assert.Equal("ann", after.Configuration.Versions[1].Actor);
        Assert.Equal(ConfigurationVersionState.Superseded, after.Configuration.Versions[1].State);
        Assert.Contains(after.Configuration.Diff(0, 3).Changes, change => change.Key == "B");
        var refused = await Assert.ThrowsAsync<SiraConfigurationException>(() => after.Configuration.RollBackAsync(0, "ann", "a test"));
        Assert.Contains("made by an earlier process", refused.Message, StringComparison.Ordinal);
        Assert.Equal(after.Configuration.GetSettings(0), after.Configuration.GetSettings(2));
        var unknown = Assert.Throws<SiraConfigurationException>(() => after.Configuration.GetSettings(99));
        Assert.Contains("It holds -1 to 3;", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_NumbersThatThisProcessUsedToo_AreAllKeptInTheOrderOfTime()
    {
        using var before = new ConfigurationFixture(settings: ("A", "1"));
        for (var i = 2; i <= 5; i++)
        {
            await before.ApplyAsync(("A", $"{i}"));
        }

        using var after = new ConfigurationFixture(settings: ("A", "x"));
        await after.ApplyAsync(("B", "y"));

        await RestoreAsync(after, await SaveAsync(before));

        var versions = after.Configuration.Versions;
        Assert.Equal(["1", "2", "3", "4", "5", "x", "x", "5"], versions.Select(version => after.Configuration.GetSettings(version.Number)["A"]));
        Assert.Equal(versions.Select(version => version.Number).Order().Distinct(), versions.Select(version => version.Number));
        Assert.Equal(6, after.Configuration.Current!.Number);
        Assert.Equal(2, versions.Count(version => version.Reason == "start"));
    }

    [Fact]
    public async Task History_RestoredIntoAThirdProcess_KeepsTheNumbersOfEach()
    {
        using var first = new ConfigurationFixture(settings: ("A", "1"));
        using var second = new ConfigurationFixture(settings: ("A", "2"));
        using var third = new ConfigurationFixture(settings: ("A", "3"));
        await first.ApplyAsync(("A", "1b"));
        await second.ApplyAsync(("A", "2b"));
        await RestoreAsync(second, await SaveAsync(first));

        await RestoreAsync(third, await SaveAsync(second));

        Assert.Equal(
            [(-4L, 1L, "1"), (-3, 2, "1b"), (-2, 1, "2"), (-1, 2, "2b"), (0, 3, "1b"), (1, null, "3"), (4, null, "1b")],
            third.Configuration.Versions.Select(version => (version.Number, version.OriginalNumber, third.Configuration.GetSettings(version.Number)["A"]!)));
        var ambiguous = Assert.Throws<SiraConfigurationException>(() => third.Configuration.GetSettings(2));
        Assert.Contains("Several earlier processes had one, which are kept as -3, -1.", ambiguous.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_MoreThanThereIsRoomFor_KeepsTheLatestAndSaysSo()
    {
        using var before = new ConfigurationFixture(settings: ("A", "1"));
        for (var i = 2; i <= 5; i++)
        {
            await before.ApplyAsync(("A", $"{i}"));
        }

        using var after = new ConfigurationFixture(options: new ConfigurationHistoryOptions { MaximumVersions = 4 }, settings: ("A", "x"));

        var report = await RestoreAsync(after, await SaveAsync(before));

        Assert.Equal([-1L, 0, 1, 6], after.Configuration.Versions.Select(version => version.Number));
        Assert.StartsWith("The oldest 3 of the 5 versions of the configuration are not kept", Assert.Single(Assert.Single(report.Sections).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RollbackInForce_IsRestored_AsItsDifferenceFromTheHosts()
    {
        using var before = new ConfigurationFixture(settings: [("A", "1"), ("Gone", "x")]);
        before.Edit(("A", "2"), ("New", "y"));
        await before.Configuration.RollBackAsync(1, "ann", "a test");
        using var after = new ConfigurationFixture(settings: [("A", "2"), ("Gone", "x"), ("New", "y")]);

        await RestoreAsync(after, await SaveAsync(before));

        Assert.Equal(new() { ["A"] = "1", ["Gone"] = "x" }, after.Consumer.InForce);
    }

    [Fact]
    public async Task ChangesThatDoNotFit_RefuseTheRestore_AndAFailureElsewhereTakesThemBack()
    {
        using var before = new ConfigurationFixture(settings: ("A", "1"));
        await before.ApplyAsync(("A", "2"));
        var file = await SaveAsync(before, new FakeParticipant("zz", [1]));
        using var after = new ConfigurationFixture(settings: ("A", "9"));

        await Assert.ThrowsAsync<StateBackupException>(() => RestoreAsync(after, file, new FakeParticipant("zz") { OnCommit = () => throw new InvalidOperationException("no") }));
        Assert.Equal("9", after.Consumer.InForce["A"]);
        Assert.Equal(["9", "2", "9"], after.Configuration.Versions.Select(version => after.Configuration.GetSettings(version.Number)["A"]));

        after.Consumer.DuringBuild = () => throw new InvalidOperationException("not with this plugin");
        var refused = await Assert.ThrowsAsync<StateBackupException>(() => RestoreAsync(after, file, new FakeParticipant("zz")));
        Assert.Contains("not with this plugin", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, after.Configuration.Versions.Count);
    }

    private static async Task<byte[]> SaveAsync(ConfigurationFixture fixture, params IStateParticipant[] further)
    {
        var stream = new MemoryStream();
        await Create(fixture, further).SaveAsync(stream);
        return stream.ToArray();
    }

    private static Task<BackupReport> RestoreAsync(ConfigurationFixture fixture, byte[] file, params IStateParticipant[] further) => Create(fixture, further).RestoreAsync(new MemoryStream(file));

    private static StateBackup Create(ConfigurationFixture fixture, IStateParticipant[] further) => new(new StateParticipants([new ConfigurationParticipant(fixture.Configuration), .. further], fixture.Clock), fixture.Clock);
}
