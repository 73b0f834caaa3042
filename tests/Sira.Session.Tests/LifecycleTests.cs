using Sira.Session.Errors;
using Sira.Session.Tests.Support;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests;

public class LifecycleTests
{
    private static readonly SessionKey Key = new("chat");

    [Fact]
    public async Task Lifecycle_WithTime_BecomesIdleAndActiveAgain()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        Assert.Equal(SessionLifecycle.Active, session.Lifecycle);

        sessions.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(SessionLifecycle.Idle, session.Lifecycle);

        await session.AppendAsync([User("a")]);
        Assert.Equal(SessionLifecycle.Active, session.Lifecycle);
    }

    [Fact]
    public async Task ArchiveAsync_Session_IsReadOnlyUntilResumed()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        await session.AppendAsync([User("a")]);
        var version = await session.ArchiveAsync();
        Assert.Equal(version, await session.ArchiveAsync());

        var read = await sessions.Another().OpenAsync(Key);
        Assert.Equal(SessionLifecycle.Archived, read.Lifecycle);
        Assert.Equal(["a"], Texts(read.History));
        var error = await Assert.ThrowsAsync<SessionStateException>(() => read.AppendAsync([User("b")]).AsTask());
        Assert.Equal(SessionLifecycle.Archived, error.Lifecycle);
        await Assert.ThrowsAsync<SessionStateException>(() => read.RewindAsync(1).AsTask());
        Assert.Equal(SessionLifecycle.Archived, Assert.Single((await sessions.Store.ListAsync(new SessionQuery())).Sessions).Lifecycle);

        await read.ResumeAsync();
        await read.AppendAsync([User("b")]);
        Assert.Equal(SessionLifecycle.Active, (await sessions.Another().OpenAsync(Key)).Lifecycle);
        Assert.Equal(SessionLifecycle.Active, Assert.Single((await sessions.Store.ListAsync(new SessionQuery())).Sessions).Lifecycle);
    }

    [Fact]
    public async Task CloseAsync_Session_IsForGoodAndCanBeForked()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        await session.AppendAsync([User("a")]);
        await session.CloseAsync();
        await session.CloseAsync();

        foreach (var action in (Func<Task>[])[() => session.AppendAsync([User("b")]).AsTask(), () => session.ResumeAsync().AsTask(), () => session.ArchiveAsync().AsTask(), () => session.RewindAsync(1).AsTask()])
        {
            Assert.Equal(SessionLifecycle.Closed, (await Assert.ThrowsAsync<SessionStateException>(action)).Lifecycle);
        }

        var fork = await session.ForkAsync();
        await fork.AppendAsync([User("b")]);
        Assert.Equal(["a", "b"], Texts(fork.History));
        Assert.Equal(SessionLifecycle.Active, (await sessions.Another().OpenAsync(fork.Info.Key)).Lifecycle);
    }

    [Fact]
    public async Task ArchiveAsync_RecordNotWritten_ShowsInTheListAfterTheNextOpen()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        sessions.Engine.Arm(2, Fault.FailBefore, forGood: true);
        await session.ArchiveAsync();
        await sessions.Store.DrainAsync();
        sessions.Engine.Arm(0, Fault.None);
        Assert.Equal(SessionLifecycle.Active, Assert.Single((await sessions.Store.ListAsync(new SessionQuery())).Sessions).Lifecycle);

        var other = sessions.Another();
        Assert.Equal(SessionLifecycle.Archived, (await other.OpenAsync(Key)).Lifecycle);
        await other.DrainAsync();

        Assert.Equal(SessionLifecycle.Archived, Assert.Single((await sessions.Store.ListAsync(new SessionQuery())).Sessions).Lifecycle);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenAsync_IdleTooLong_IsNotFoundAndCanBeCreatedAnew(bool isAtomic)
    {
        await using var sessions = new TestSessions(isAtomic);
        var session = await sessions.Store.CreateAsync("chat", options: new NewSession { IdleTimeToLive = TimeSpan.FromHours(1) });
        sessions.Time.Advance(TimeSpan.FromMinutes(59));
        await session.AppendAsync([User("a")]);
        sessions.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(["a"], Texts((await sessions.Store.OpenAsync(Key)).History));
        sessions.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.True((await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Store.OpenAsync(Key).AsTask())).IsExpired);
        Assert.True((await Assert.ThrowsAsync<SessionNotFoundException>(() => session.AppendAsync([User("late")]).AsTask())).IsExpired);
        Assert.True((await Assert.ThrowsAsync<SessionNotFoundException>(() => session.RefreshAsync().AsTask())).IsExpired);

        var anew = await sessions.Store.OpenOrCreateAsync(Key);
        Assert.Equal(1, anew.Version);
        Assert.Empty(anew.History.Messages);
    }

    [Fact]
    public async Task OpenAsync_TooOld_IsNotFoundHoweverMuchItIsUsed()
    {
        await using var sessions = new TestSessions(options: new SessionOptions { TimeToLive = TimeSpan.FromDays(1) });
        var session = await sessions.Store.CreateAsync("chat");
        sessions.Time.Advance(TimeSpan.FromHours(23));
        await session.AppendAsync([User("a")]);
        await session.ArchiveAsync();
        sessions.Time.Advance(TimeSpan.FromHours(1));

        Assert.True((await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Store.OpenAsync(Key).AsTask())).IsExpired);
    }

    [Fact]
    public async Task SweepAsync_Expired_AreDeletedInParts()
    {
        await using var sessions = new TestSessions(options: new SessionOptions { IdleTimeToLive = TimeSpan.FromHours(1) });
        for (var i = 0; i < 25; i++)
        {
            await (await sessions.Store.CreateAsync($"old {i}", tenant: i % 2 == 0 ? null : "acme")).AppendAsync([User("to be forgotten")]);
        }

        var archived = await sessions.Store.CreateAsync("archived");
        await archived.ArchiveAsync();
        sessions.Time.Advance(TimeSpan.FromMinutes(59));
        await sessions.Store.CreateAsync("young");

        // Its record says that it was never used again: written at most once a minute, and this one not at all.
        var used = await sessions.Store.OpenAsync(new SessionKey("old 0"));
        sessions.Engine.Arm(2, Fault.FailBefore, forGood: true);
        await used.AppendAsync([User("still here")]);
        await sessions.Store.DrainAsync();
        sessions.Engine.Arm(0, Fault.None);
        sessions.Time.Advance(TimeSpan.FromMinutes(1));

        var expired = 0;
        SweepResult swept;
        var sweeps = 0;
        do
        {
            swept = await sessions.Store.SweepAsync(10);
            Assert.InRange(swept.Looked, 0, 10);
            expired += swept.Expired;
            sweeps++;
        }
        while (!swept.IsComplete);

        Assert.Equal(24, expired);
        Assert.True(sweeps > 2);
        Assert.Equal(["archived", "old 0", "young"], (await sessions.Store.ListAsync(new SessionQuery())).Sessions.Select(static listing => listing.Key.Id).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await EngineDump.ReadAsync(sessions.Memory)).Split("to be forgotten").Length);
        Assert.Equal(["to be forgotten", "still here"], Texts((await sessions.Another().OpenAsync(new SessionKey("old 0"))).History));
    }
}
