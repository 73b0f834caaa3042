using Sira.Session.Tests.Support;
using Sira.Simulation.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Sqlite;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests.Upkeep;

public class RecordKeeperTests
{
    private const int Count = 200;

    [Fact]
    public async Task AppendAsync_WhileTheEngineIsSlow_WritesTheLatestOfEachSessionOnce()
    {
        await using var sessions = new TestSessions();
        var made = await CreateAsync(sessions);
        var slow = await SlowDownAsync(sessions, made);
        for (var i = 0; i < 3; i++)
        {
            sessions.Time.Advance(TimeSpan.FromMinutes(2));
            await AppendAsync(made);
        }

        sessions.Engine.Arm(0, Fault.None);
        slow.SetResult();
        await sessions.Store.DrainAsync(TestContext.Current.CancellationToken);

        // Of the first one also what was being written.
        Assert.Equal(Count + 1, sessions.Engine.Trace.Count(static call => call == "PutAsync"));
        Assert.All(await ListAsync(sessions), listing => Assert.Equal(sessions.Time.GetUtcNow(), listing.LastActiveAt));
    }

    [Fact]
    public async Task AppendAsync_RecordThatCannotBeWritten_DoesNotKeepTheOthersFromIt()
    {
        await using var sessions = new TestSessions();
        var made = await CreateAsync(sessions);
        var slow = await SlowDownAsync(sessions, made);
        sessions.Time.Advance(TimeSpan.FromMinutes(2));
        await AppendAsync(made);

        sessions.Engine.Arm(10, Fault.FailBefore);
        slow.SetResult();
        await sessions.Store.DrainAsync(TestContext.Current.CancellationToken);

        Assert.True(sessions.Engine.HasFailed);
        sessions.Engine.Arm(0, Fault.None);
        Assert.Equal(Count - 1, (await ListAsync(sessions)).Count(listing => listing.LastActiveAt == sessions.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData(StorageDurability.PowerLoss, StorageDurability.ProcessCrash)]
    [InlineData(StorageDurability.ProcessCrash, null)]
    public async Task AppendAsync_WhatOnlyRepeatsTheLog_DoesNotWaitForTheDisk(StorageDurability durability, StorageDurability? repeated)
    {
        var folder = Directory.CreateTempSubdirectory("sira-records-");
        try
        {
            await using var sqlite = new SqliteEngine(new SqliteEngineOptions { Path = Path.Combine(folder.FullName, "sira.db"), Durability = durability });
            var engine = new FaultyEngine(sqlite);
            var time = new VirtualTimeProvider();
            await using var store = new SessionStore(engine, time: time);
            var session = await store.CreateAsync("chat", cancellationToken: TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromMinutes(2));
            await session.AppendAsync(Enumerable.Range(0, 300).Select(static i => User($"{i}")), TestContext.Current.CancellationToken);
            await store.DrainAsync(TestContext.Current.CancellationToken);

            // The session itself, its record and a segment.
            Assert.Equal([null, repeated, repeated], engine.Asked);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The record of the first session is being written from here on, until the result is set.
    private static async Task<TaskCompletionSource> SlowDownAsync(TestSessions sessions, List<ISession> made)
    {
        var begun = new TaskCompletionSource();
        var slow = new TaskCompletionSource();
        sessions.Time.Advance(TimeSpan.FromMinutes(2));
        sessions.Engine.Interlude = () =>
        {
            begun.SetResult();
            return slow.Task;
        };
        sessions.Engine.Arm(2, Fault.None);
        await made[0].AppendAsync([User("first")]);
        await begun.Task;
        return slow;
    }

    private static async Task<IReadOnlyList<SessionListing>> ListAsync(TestSessions sessions) =>
        (await sessions.Another().ListAsync(new SessionQuery { PageSize = 1000 }, TestContext.Current.CancellationToken)).Sessions;

    private static async Task<List<ISession>> CreateAsync(TestSessions sessions)
    {
        var made = new List<ISession>();
        for (var i = 0; i < Count; i++)
        {
            made.Add(await sessions.Store.CreateAsync($"s{i}"));
        }

        return made;
    }

    private static async Task AppendAsync(List<ISession> made)
    {
        foreach (var session in made)
        {
            await session.AppendAsync([User("more")]);
        }
    }
}
