using Sira.Session.Errors;
using Sira.Session.Tests.Support;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests;

public abstract class ForkTests(bool isAtomic)
{
    private static readonly SessionKey Key = new("parent");

    [Fact]
    public async Task ForkAsync_Anywhere_SharesThePastAndNothingElse()
    {
        await using var sessions = new TestSessions(isAtomic);
        var parent = await sessions.Store.CreateAsync("parent");
        await parent.AppendAsync([User("a"), Assistant("b")]);
        await parent.SetStateAsync("n", 1, TestJson.Default.Int32);
        var at = parent.Version;
        await parent.AppendAsync([User("c")]);
        await parent.SetStateAsync("n", 2, TestJson.Default.Int32);

        var fork = await parent.ForkAsync(at, "fork");
        await parent.AppendAsync([Assistant("d")]);
        await fork.AppendAsync([User("e")]);

        foreach (var read in (ISession[])[fork, await sessions.Store.OpenAsync(fork.Info.Key), await sessions.Another().OpenAsync(fork.Info.Key)])
        {
            Assert.Equal(["a", "b", "e"], Texts(read.History));
            Assert.Equal(1, read.GetState("n", TestJson.Default.Int32));
            Assert.Equal(("parent", at), (read.Info.Parent, read.Info.ParentVersion));
            Assert.Equal(at + 2, read.Version);
            Assert.Equal([2, 3, at + 2], read.History.Messages.Select(static message => message.Header.Version));
        }

        Assert.Equal(["a", "b", "c", "d"], Texts((await sessions.Another().OpenAsync(Key)).History));
    }

    [Fact]
    public async Task ForkAsync_OfForks_ReadsTheWholeChain()
    {
        await using var sessions = new TestSessions(isAtomic);
        var session = await sessions.Store.CreateAsync("parent");
        var expected = new List<string>();
        for (var depth = 0; depth < 10; depth++)
        {
            await session.AppendAsync([User($"at {depth}")]);
            expected.Add($"at {depth}");
            session = await session.ForkAsync(id: $"fork {depth}");
            Assert.Equal(expected, Texts((await sessions.Another().OpenAsync(session.Info.Key)).History));
        }

        // From the last of them back to what the first one said.
        var back = await session.ForkAsync(2, "back");
        Assert.Equal(["at 0"], Texts((await sessions.Another().OpenAsync(back.Info.Key)).History));
        await back.RewindAsync(1);
        Assert.Empty((await sessions.Another().OpenAsync(back.Info.Key)).History.Messages);
    }

    [Fact]
    public async Task ForkAsync_AtWhatWasRewound_ShowsIt()
    {
        await using var sessions = new TestSessions(isAtomic);
        var parent = await sessions.Store.CreateAsync("parent");
        await parent.AppendAsync([User("a"), Assistant("b")]);
        var at = parent.Version;
        await parent.RewindAsync(1);
        await parent.AppendAsync([User("c")]);

        var fork = await parent.ForkAsync(at, "fork");
        await fork.RewindAsync(2);

        Assert.Equal(["a"], Texts(fork.History));
        Assert.Equal(["a"], Texts((await sessions.Another().OpenAsync(fork.Info.Key)).History));
        Assert.Equal(["a", "b"], Texts(await fork.GetHistoryAsync(at)));
        Assert.Equal(["c"], Texts((await sessions.Another().OpenAsync(Key)).History));
    }

    [Fact]
    public async Task ForkAsync_LongSession_WritesNoMoreThanForAShortOne()
    {
        await using var sessions = new TestSessions(isAtomic);
        var traces = new List<string>();
        foreach (var messages in (int[])[10, 3000])
        {
            var session = await sessions.Store.CreateAsync($"{messages}");
            await session.AppendAsync(Enumerable.Range(0, messages).Select(static i => User($"message {i}")));
            await sessions.Store.DrainAsync();
            sessions.Engine.Arm(0, Fault.None);
            await session.ForkAsync(messages / 2);
            traces.Add(string.Join(' ', sessions.Engine.Trace));
        }

        Assert.Equal(traces[0], traces[1]);
        Assert.True(traces[0].Split(' ').Length <= 6, traces[0]);
    }

    [Fact]
    public async Task ForkAsync_TooDeep_SaysSo()
    {
        await using var sessions = new TestSessions(isAtomic, new SessionOptions { MaximumForkDepth = 2 });
        var first = await sessions.Store.CreateAsync("parent");
        var second = await first.ForkAsync();
        var third = await second.ForkAsync();

        var error = await Assert.ThrowsAsync<SessionLimitException>(() => third.ForkAsync().AsTask());

        Assert.Equal(nameof(SessionOptions.MaximumForkDepth), error.Limit);
        await third.ForkAsync(1);
    }

    [Fact]
    public async Task ForkAsync_IdThatIsTaken_IsRefusedAndLeavesNothing()
    {
        await using var sessions = new TestSessions(isAtomic);
        var parent = await sessions.Store.CreateAsync("parent");
        await sessions.Store.CreateAsync("taken");
        var before = await EngineDump.ReadAsync(sessions.Memory);

        await Assert.ThrowsAsync<SessionExistsException>(() => parent.ForkAsync(id: "taken").AsTask());
        await sessions.Store.DrainAsync();

        Assert.Equal(before, await EngineDump.ReadAsync(sessions.Memory));
    }

    [Fact]
    public async Task DeleteAsync_WithForks_KeepsWhatTheyNeedUntilTheyGo()
    {
        await using var sessions = new TestSessions(isAtomic);
        var parent = await sessions.Store.CreateAsync("parent");
        await parent.AppendAsync([User("shared words")]);
        var child = await parent.ForkAsync(id: "child");
        var grandchild = await child.ForkAsync(id: "grandchild");

        Assert.True(await sessions.Store.DeleteAsync(Key));
        Assert.True(await sessions.Store.DeleteAsync(child.Info.Key));
        Assert.False(await sessions.Store.DeleteAsync(child.Info.Key));
        await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Store.OpenAsync(Key).AsTask());
        await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Another().OpenAsync(child.Info.Key).AsTask());

        // Who has it open is told too, and cannot bring it back.
        await Assert.ThrowsAsync<SessionConflictException>(() => parent.AppendAsync([User("late")]).AsTask());
        await Assert.ThrowsAsync<SessionNotFoundException>(() => parent.RefreshAsync().AsTask());
        await Assert.ThrowsAsync<SessionNotFoundException>(() => parent.ForkAsync().AsTask());

        Assert.Equal(["shared words"], Texts((await sessions.Another().OpenAsync(grandchild.Info.Key)).History));
        Assert.Empty((await sessions.Store.CreateAsync("parent")).History.Messages);
        Assert.Equal(["shared words"], Texts((await sessions.Another().OpenAsync(grandchild.Info.Key)).History));

        await sessions.Store.DeleteAsync(grandchild.Info.Key);
        await sessions.Store.DeleteAsync(Key);
        await sessions.Store.DrainAsync();
        Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
    }

    [Fact]
    public async Task EraseAsync_WithForks_ErasesThemToo()
    {
        var eraser = new RecordingEraser();
        await using var sessions = new TestSessions(isAtomic, subjects: eraser);
        var parent = await sessions.Store.CreateAsync("parent");
        await parent.AppendAsync([User("shared words")]);
        var child = await parent.ForkAsync(id: "child");
        var grandchild = await child.ForkAsync(id: "grandchild");
        await sessions.Store.DeleteAsync(child.Info.Key);
        var other = await sessions.Store.CreateAsync("other");

        Assert.True(await sessions.Store.EraseAsync(Key));
        Assert.False(await sessions.Store.EraseAsync(Key));

        await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Another().OpenAsync(grandchild.Info.Key).AsTask());
        await Assert.ThrowsAsync<SessionNotFoundException>(() => grandchild.AppendAsync([User("late")]).AsTask());
        Assert.DoesNotContain("shared words", await EngineDump.ReadAsync(sessions.Memory), StringComparison.Ordinal);
        Assert.Equal(3, eraser.Erased.Distinct().Count());
        await sessions.Store.DeleteAsync(other.Info.Key);
        Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
    }

    [Fact]
    public async Task EraseAsync_OfAFork_LeavesItsParent()
    {
        await using var sessions = new TestSessions(isAtomic);
        var parent = await sessions.Store.CreateAsync("parent");
        await parent.AppendAsync([User("shared words")]);
        var fork = await parent.ForkAsync();
        await fork.AppendAsync([User("own words")]);

        await sessions.Store.EraseAsync(fork.Info.Key);

        Assert.Equal(["shared words"], Texts((await sessions.Another().OpenAsync(Key)).History));
        var dump = await EngineDump.ReadAsync(sessions.Memory);
        Assert.DoesNotContain("own words", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("/fork/", dump, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForkAsync_ParentRemovedBeforeEachOfItsCalls_IsWholeOrRefused(bool erase)
    {
        var refused = 0;
        for (var at = 1; at <= 12; at++)
        {
            await using var sessions = new TestSessions(isAtomic);
            var parent = await sessions.Store.CreateAsync("parent");
            await parent.AppendAsync([User("shared")]);
            var other = sessions.Another(sessions.Memory);
            sessions.Engine.Arm(at, Fault.None);
            sessions.Engine.Interlude = async () => await (erase ? other.EraseAsync(Key) : other.DeleteAsync(Key));
            try
            {
                var fork = await parent.ForkAsync();
                if (!erase)
                {
                    Assert.Equal(["shared"], Texts((await sessions.Another().OpenAsync(fork.Info.Key)).History));
                }

                await sessions.Store.DeleteAsync(fork.Info.Key);
            }
            catch (SessionNotFoundException)
            {
                refused++;
            }

            await sessions.Store.DeleteAsync(Key);
            await sessions.Store.DrainAsync();
            await sessions.Store.SweepAsync();
            Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
        }

        Assert.InRange(refused, 1, 11);
    }
}
