using Sira.Session.Errors;
using Sira.Session.Tests.Support;
using Sira.Session.Turns;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests;

public class ConcurrencyTests
{
    private const int Writers = 8;

    private static readonly SessionKey Key = new("chat");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Writers_OfOneSession_LoseNoTurn(bool shareStore)
    {
        const int turns = 50;
        await using var sessions = new TestSessions();
        await sessions.Store.CreateAsync("chat");
        await AllAsync(async writer =>
        {
            var session = await (shareStore ? sessions.Store : sessions.Another()).OpenAsync(Key);
            for (var i = 0; i < turns; i++)
            {
                var asked = User($"{writer} asks {i}");
                var turn = await session.RebaseAsync((current, cancellationToken) => current.StartTurnAsync([asked], cancellationToken), int.MaxValue);
                await session.RebaseAsync((current, cancellationToken) => current.EndTurnAsync(turn, [Assistant($"answer to {asked.Text}")], new TurnEnd(TurnOutcome.Completed), cancellationToken), int.MaxValue);
            }
        });

        var read = await sessions.Another().OpenAsync(Key);
        var messages = read.History.Messages;
        Assert.Equal(1 + (Writers * turns * 4), read.Version);
        Assert.Equal(Writers * turns * 2, messages.Count);
        Assert.Equal(messages.Count, Texts(read.History).Distinct().Count());
        foreach (var turn in messages.GroupBy(static message => message.Header.Turn))
        {
            var (asked, answered) = (turn.First().Message.Text, turn.Last().Message.Text);
            Assert.Equal($"answer to {asked}", answered);
            Assert.Equal(2, turn.Count());
        }

        for (var writer = 0; writer < Writers; writer++)
        {
            Assert.Equal(Enumerable.Range(0, turns).Select(i => $"{writer} asks {i}"), Texts(read.History).Where(text => text.StartsWith($"{writer} asks", StringComparison.Ordinal)));
        }

        Assert.Equal(Texts(read.History), Texts((await sessions.Store.OpenAsync(Key)).History));
    }

    [Fact]
    public async Task Handle_SharedByThreads_TellsAllButOne()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        var conflicts = 0;
        await AllAsync(async writer =>
        {
            for (var i = 0; i < 100; i++)
            {
                await session.RebaseAsync(
                    async (current, cancellationToken) =>
                    {
                        try
                        {
                            return await current.AppendAsync([User($"{writer} {i}")], cancellationToken);
                        }
                        catch (SessionConflictException)
                        {
                            Interlocked.Increment(ref conflicts);
                            throw;
                        }
                    },
                    int.MaxValue);
            }
        });

        Assert.Equal(1 + (Writers * 100), session.Version);
        Assert.Equal(Writers * 100, Texts(session.History).Distinct().Count());
        Assert.Equal(Texts(session.History), Texts((await sessions.Another().OpenAsync(Key)).History));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenOrCreateAsync_AtOnce_MakesOneSession(bool isAtomic)
    {
        await using var sessions = new TestSessions(isAtomic);
        for (var round = 0; round < 20; round++)
        {
            var key = new SessionKey($"chat {round}");
            await AllAsync(async writer =>
            {
                var session = await sessions.Another().OpenOrCreateAsync(key, new NewSession { User = "ann" });
                await session.RebaseAsync((current, cancellationToken) => current.AppendAsync([User($"{writer}")], cancellationToken), int.MaxValue);
            });

            Assert.Equal(Enumerable.Range(0, Writers).Select(static writer => $"{writer}"), Texts((await sessions.Another().OpenAsync(key)).History).Order(StringComparer.Ordinal));
        }

        await sessions.DisposeStoresAsync();
        Assert.Equal(20, (await sessions.Memory.Events.ListAsync(new Storage.Keys.StoreScan(new("sessions")))).Streams.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EraseUserAsync_AmongWritersForkersAndCreators_LeavesNothing(bool isAtomic)
    {
        await using var sessions = new TestSessions(isAtomic, subjects: new RecordingEraser());
        var user = new NewSession { User = "ann" };
        for (var round = 0; round < 10; round++)
        {
            var name = round;
            await sessions.Store.CreateAsync($"{name}", options: user);
            using var stop = new CancellationTokenSource();
            var work = AllAsync(async writer =>
            {
                var store = sessions.Another();
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        var session = writer % 2 == 0 ? await store.OpenAsync(new SessionKey($"{name}")) : await store.CreateAsync(options: user);
                        await session.RebaseAsync((current, cancellationToken) => current.AppendAsync([User("a secret word")], cancellationToken), int.MaxValue);
                        await (await session.ForkAsync()).SetCachedAsync("k", "a secret word"u8.ToArray(), TimeSpan.FromHours(1));
                    }
                    catch (Exception exception) when (exception is SessionNotFoundException or SessionStateException)
                    {
                        // Erased in the middle of it.
                        if (exception is SessionNotFoundException && writer % 2 == 0)
                        {
                            return;
                        }
                    }
                }
            });

            await Task.Yield();
            while (sessions.Engine.Calls < 200 * (round + 1))
            {
                await Task.Yield();
            }

            var erased = await sessions.Another().EraseUserAsync(new UserKey("ann"));
            Assert.True(erased > 0);
            await stop.CancelAsync();
            await work;
        }

        await sessions.Another().EraseUserAsync(new UserKey("ann"));
        await sessions.DisposeStoresAsync();
        Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForkAsync_AmongDeletionsOfTheParent_IsWholeOrRefused(bool isAtomic)
    {
        await using var sessions = new TestSessions(isAtomic);
        for (var round = 0; round < 60; round++)
        {
            var parent = await sessions.Store.CreateAsync("parent");
            await parent.AppendAsync([User("shared")]);
            var forks = new ISession?[Writers];
            await AllAsync(async writer =>
            {
                if (writer == 0)
                {
                    await sessions.Store.DeleteAsync(new SessionKey("parent"));
                    return;
                }

                try
                {
                    forks[writer] = await parent.ForkAsync();
                }
                catch (SessionNotFoundException)
                {
                    // Too late.
                }
            });

            foreach (var fork in forks.OfType<ISession>())
            {
                Assert.Equal(["shared"], Texts((await sessions.Another().OpenAsync(fork.Info.Key)).History));
                await sessions.Store.DeleteAsync(fork.Info.Key);
            }

            await sessions.Store.DrainAsync();

            // Of two that remove at once without batches, each may leave the last step to the other: a sweep makes it.
            if (!isAtomic)
            {
                await sessions.Store.SweepAsync();
            }

            Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
        }
    }

    private static Task AllAsync(Func<int, Task> write) => Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => write(writer))));
}
