using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Backup;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.State;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.State;

public sealed class StateKeeperTests : KeeperSetup
{
    [Fact]
    public async Task Restarts_TheStateIsThere_NothingIsCountedTwice()
    {
        for (var restart = 0; restart < 5; restart++)
        {
            var tally = new Tally();
            var keeper = await StartAsync(tally);
            Assert.Equal(restart, tally["calls"]);
            tally.Add("calls");
            await keeper.StopAsync();
        }

        Assert.Equal(5, (await ReadAsync())["calls"]);
        Assert.Single(await NamesAsync("slot/"));
        Assert.Single(await NamesAsync("block/"));
        Assert.Empty(await NamesAsync("lease/"));
    }

    [Fact]
    public async Task SeveralAlive_EachKeepsItsOwn_TheNextTakesAllThatHaveEnded()
    {
        var (first, second, third) = (new Tally().Add("a"), new Tally().Add("a", 10).Add("b", 10), new Tally().Add("c", 100));
        var keepers = new[] { await StartAsync(first), await StartAsync(second), await StartAsync(third) };
        Assert.Equal((1, 10, 0), (first["a"], second["a"], third["a"]));

        await keepers[0].StopAsync();
        await keepers[1].StopAsync();
        var heir = new Tally().Add("a", 1000);
        var keeper = await StartAsync(heir);

        Assert.Equal((1011, 10, 0), (heir["a"], heir["b"], heir["c"]));
        Assert.Equal(2, (await NamesAsync("slot/")).Length);
        await keeper.StopAsync();
        await keepers[2].StopAsync();
        Assert.Equal((1011, 10, 100), await ReadAsync() is var all ? (all["a"], all["b"], all["c"]) : default);
        Assert.Single(await NamesAsync("slot/"));
        Assert.Single(await NamesAsync("block/"));
    }

    [Fact]
    public async Task AnotherMachine_NotHeardOf_IsTakenOver_AndKeepsNothingAnyMore()
    {
        var lost = new Tally().Add("calls", 3);
        var keeper = await StartAsync(lost);
        await keeper.SaveAsync();
        Engine.Before = static (_, _) => throw new StorageException(StorageErrorKind.Unavailable, "memory", "scripted failure.");
        Forget();
        await Eventually.HoldsAsync(() => keeper.Failure is not null, "the failure is told");
        Engine.Before = static (_, _) => Task.CompletedTask;

        var heir = new Tally();
        var next = await StartAsync(heir);
        lost.Add("calls", 5);
        await keeper.SaveAsync();

        Assert.Contains("Another process has taken over", keeper.Failure, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => keeper.SaveAsync());
        await keeper.StopAsync();
        await next.StopAsync();
        Assert.Equal((3, 3), (heir["calls"], (await ReadAsync())["calls"]));
    }

    [Fact]
    public async Task Interval_KeepsWhatHasChanged_AndWritesOnlyTheLeaseOtherwise()
    {
        var tally = new Tally().Add("calls");
        var keeper = await StartAsync(tally);
        var first = keeper.SavedAt;
        tally.Add("calls");

        Clock.Advance(Options.Interval);
        await Eventually.HoldsAsync(() => keeper.SavedAt > first, "the state is kept");
        await Eventually.HoldsAsync(() => Clock.ActiveTimers > 0, "it waits");
        var calls = Engine.Calls;
        var second = keeper.SavedAt;
        Clock.Advance(Options.Interval);
        await Eventually.HoldsAsync(() => keeper.SavedAt > second, "the state is kept again");

        Assert.Equal(1, Engine.Calls - calls);

        // It has died: while the next one reads it must not renew its lease.
        keeper.Dispose();
        Forget();
        Assert.Equal(2, (await ReadAsync())["calls"]);
    }

    [Fact]
    public async Task LargeState_OneChange_WritesLittle()
    {
        var tally = new Tally();
        for (var i = 0; i < 20_000; i++)
        {
            tally.Add($"{i:d6}");
        }

        var keeper = await StartAsync(tally);
        var blocks = (await NamesAsync("block/")).ToHashSet();
        tally.Add("010000", 1_000_000).Add("010000x");
        await keeper.SaveAsync();
        var now = await NamesAsync("block/");
        await keeper.StopAsync();

        Assert.InRange(blocks.Count, 20, 400);
        Assert.InRange(now.Count(name => !blocks.Contains(name)), 1, 3);
        Assert.InRange(now.Length, blocks.Count - 3, blocks.Count + 3);
        var read = await ReadAsync();
        Assert.Equal((1_000_001, 1, 1), (read["010000"], read["010000x"], read["019999"]));
    }

    [Fact]
    public async Task PartThatAProcessDoesNotKnow_StaysForOneThatDoes()
    {
        await (await StartAsync(new Tally("old").Add("x", 7), new Tally().Add("calls"))).StopAsync();
        var other = await StartAsync(new Tally("other").Add("y"));
        await (await StartAsync(new Tally("old").Add("x", 30))).StopAsync();
        await other.StopAsync();

        var tally = await ReadAsync();
        var old = await ReadAsync("old");

        Assert.Equal((1, 37), (tally["calls"], old["x"]));
        Assert.Equal(1, (await ReadAsync("other"))["y"]);
        Assert.Equal(37, (await ReadAsync("old"))["x"]);
        Assert.Single(await NamesAsync("slot/"));
    }

    [Fact]
    public async Task PartsOption_KeepsThoseOnly()
    {
        Options = Options with { Parts = ["KEPT"] };
        await (await StartAsync(new Tally("kept").Add("x"), new Tally("left").Add("y"))).StopAsync();

        Options = Options with { Parts = [] };

        Assert.Equal((1, 0), ((await ReadAsync("kept"))["x"], (await ReadAsync("left"))["y"]));
    }

    [Fact]
    public async Task PartThatFails_KeepsWhatWasKept()
    {
        var tally = new Tally().Add("calls");
        var keeper = await StartAsync(tally);
        tally.Add("calls").IsFailing = true;

        var failure = await Assert.ThrowsAsync<StateBackupException>(() => keeper.SaveAsync());

        Assert.Contains("'tally' could not write its state: InvalidOperationException: scripted failure", failure.Message, StringComparison.Ordinal);
        Assert.Contains("scripted failure", keeper.Failure, StringComparison.Ordinal);
        tally.IsFailing = false;
        await keeper.SaveAsync();
        Assert.Null(keeper.Failure);
        await keeper.StopAsync();
        Assert.Equal(2, (await ReadAsync())["calls"]);
    }

    [Fact]
    public async Task Damage_IsRefused_AndStays()
    {
        await (await StartAsync(new Tally().Add("calls"))).StopAsync();
        var key = new StorePartition(Options.Namespace).Key((await NamesAsync("block/"))[0]);
        var whole = (await Engine.GetAsync(key))!.Value.Value;
        await Engine.PutAsync(key, "calls 1000000 of a record\n"u8.ToArray());

        var failure = await Assert.ThrowsAsync<StateBackupException>(() => StartAsync(new Tally()));
        Options = Options with { Required = false };
        var without = new Tally().Add("calls", 10);
        var keeper = await StartAsync(without);

        Assert.Contains("its block 1 of 1 is missing or changed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("could not be taken over", keeper.Failure, StringComparison.Ordinal);
        Assert.Equal(10, without["calls"]);
        await keeper.StopAsync();
        await Engine.PutAsync(key, whole);
        Assert.Equal(11, (await ReadAsync())["calls"]);
    }

    [Fact]
    public async Task NotRequired_EngineThatIsDown_IsWaitedForWhileTheProcessWorks()
    {
        Options = Options with { Required = false };
        Engine.Before = static (_, _) => throw new StorageException(StorageErrorKind.Unavailable, "memory", "scripted failure.");
        var tally = new Tally();
        var keeper = await StartAsync(tally);
        tally.Add("calls");
        Assert.Contains("scripted failure", keeper.Failure, StringComparison.Ordinal);

        Engine.Before = static (_, _) => Task.CompletedTask;
        await Eventually.HoldsAsync(
            () =>
            {
                Clock.Advance(Options.Interval);
                return keeper.Failure is null;
            },
            "the state is kept");

        await keeper.StopAsync();
        Assert.Equal(1, (await ReadAsync())["calls"]);
    }

    [Fact]
    public async Task EngineThatThrowsWhatItMustNot_IsTold_AndTriedAgain()
    {
        var tally = new Tally();
        var keeper = await StartAsync(tally);
        tally.Add("calls");
        Engine.Before = static (_, _) => throw new InvalidOperationException("not as agreed");
        await UntilAsync(() => keeper.Failure is not null);
        Assert.Contains("not as agreed", keeper.Failure, StringComparison.Ordinal);

        Engine.Before = static (_, _) => Task.CompletedTask;
        await UntilAsync(() => keeper.Failure is null);
        await keeper.StopAsync();

        Assert.Equal(1, (await ReadAsync())["calls"]);

        Task UntilAsync(Func<bool> condition) => Eventually.HoldsAsync(
            () =>
            {
                Clock.Advance(Options.Interval);
                return condition();
            },
            "the keeper tries again");
    }

    [Fact]
    public async Task NewerForm_IsRefused_NamingTheVersion()
    {
        await (await StartAsync(new Tally { SchemaVersion = 2 }.Add("calls"))).StopAsync();

        var failure = await Assert.ThrowsAsync<StateBackupException>(() => StartAsync(new Tally()));

        Assert.Contains("form 2, and this process reads forms up to 1. Use the version that wrote it: " + StateParticipants.SiraVersion, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BackupOfAnEarlierProcess_IsNotAddedAgain()
    {
        var before = new StateParticipants([new Tally().Add("calls")], Clock);
        var file = new MemoryStream();
        await new StateBackup(before, Clock).SaveAsync(file);
        using var first = new StateKeeper(Engine, before, Options, null, Clock, NullLogger<StateKeeper>.Instance);
        await first.StartAsync();
        await first.StopAsync();

        var tally = new Tally();
        var after = new StateParticipants([tally], Clock);
        using var second = new StateKeeper(Engine, after, Options, null, Clock, NullLogger<StateKeeper>.Instance);
        await second.StartAsync();
        file.Position = 0;

        await Assert.ThrowsAsync<StateBackupException>(() => new StateBackup(after, Clock).RestoreAsync(file));
        Assert.Equal(1, tally["calls"]);
    }
}
