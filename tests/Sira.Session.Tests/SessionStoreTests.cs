using Sira.Kernel.Configuration;
using Sira.Session.Errors;
using Sira.Session.Tests.Support;
using Sira.Storage.Conformance;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests;

public class SessionStoreTests
{
    public static TheoryData<string> HostileIds => HostileNames.All;

    [Fact]
    public async Task OpenAsync_OtherTenant_IsNotFound()
    {
        await using var sessions = new TestSessions();
        await (await sessions.Store.CreateAsync("chat", "acme")).AppendAsync([User("of acme")]);

        foreach (var tenant in (string?[])[null, "ACME", "acme ", "other"])
        {
            await Assert.ThrowsAsync<SessionNotFoundException>(() => sessions.Store.OpenAsync(new SessionKey("chat", tenant)).AsTask());
            Assert.False(await sessions.Store.DeleteAsync(new SessionKey("chat", tenant)));
            Assert.Empty((await sessions.Store.ListAsync(new SessionQuery { Tenant = tenant })).Sessions);
            Assert.Empty((await sessions.Store.CreateAsync("chat", tenant)).History.Messages);
        }

        Assert.Equal(["of acme"], Texts((await sessions.Store.OpenAsync(new SessionKey("chat", "acme"))).History));
    }

    [Theory]
    [MemberData(nameof(HostileIds))]
    public async Task HostileNames_AsIdTenantUserStateAndCacheKey_AreOnlyNames(string name)
    {
        await using var sessions = new TestSessions();
        var tenant = System.Text.Encoding.UTF8.GetByteCount(name) <= 256 ? name : null;
        var key = new SessionKey(name, tenant);
        var session = await sessions.Store.CreateAsync(name, tenant, new NewSession { User = name });
        await session.AppendAsync(new SessionChanges().Add(User(name)).Set(name, name, TestJson.Default.String));
        if (tenant is not null)
        {
            await session.SetCachedAsync(name, "v"u8.ToArray(), TimeSpan.FromHours(1));
        }

        var fork = await session.ForkAsync(id: name.Length < 500 ? name + name : "fork");
        var read = await sessions.Another().OpenAsync(key);
        Assert.Equal((name, name), (read.Info.Key.Id, read.Info.User));
        Assert.Equal([name], Texts(read.History));
        Assert.Equal(name, read.GetState(name, TestJson.Default.String));
        Assert.Equal([name], Texts((await sessions.Another().OpenAsync(fork.Info.Key)).History));
        Assert.Equal(2, (await sessions.Store.ListAsync(new SessionQuery { Tenant = tenant, User = name })).Sessions.Count);
        Assert.Equal(2, await sessions.Store.ExportUserAsync(new UserKey(name, tenant), Stream.Null));
        Assert.Equal(2, await sessions.Store.EraseUserAsync(new UserKey(name, tenant)));
        Assert.Equal(string.Empty, await EngineDump.ReadAsync(sessions.Memory));
    }

    [Fact]
    public async Task Names_ThatAreNone_AreRefused()
    {
        await using var sessions = new TestSessions();

        foreach (var id in (string[])["", new string('a', 1025), "\ud800"])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => sessions.Store.CreateAsync(id).AsTask());
            await Assert.ThrowsAsync<ArgumentException>(() => sessions.Store.OpenAsync(new SessionKey(id)).AsTask());
            await Assert.ThrowsAsync<ArgumentException>(() => sessions.Store.EraseUserAsync(new UserKey(id)).AsTask());
        }

        await Assert.ThrowsAsync<ArgumentNullException>(() => sessions.Store.OpenAsync(default).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => sessions.Store.OpenAsync(new SessionKey("a", "")).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => sessions.Store.CreateAsync("a", options: new NewSession { TimeToLive = TimeSpan.Zero }).AsTask());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CreateAsync_IdThatIsTaken_IsRefusedAndLeavesNothing(bool isAtomic)
    {
        await using var sessions = new TestSessions(isAtomic);
        await sessions.Store.CreateAsync("chat");
        var before = await EngineDump.ReadAsync(sessions.Memory);

        await Assert.ThrowsAsync<SessionExistsException>(() => sessions.Another().CreateAsync("chat").AsTask());
        foreach (var store in (SessionStore[])[sessions.Another(), sessions.Store])
        {
            await Assert.ThrowsAsync<SessionExistsException>(() => store.CreateAsync("chat").AsTask());
            await store.DrainAsync();
        }

        await sessions.DisposeStoresAsync();
        Assert.Equal(before, await EngineDump.ReadAsync(sessions.Memory));
    }

    [Fact]
    public async Task OpenAsync_AgainInTheSameStore_ReadsTheVersionOnly()
    {
        await using var sessions = new TestSessions();
        var session = await sessions.Store.CreateAsync("chat");
        await session.AppendAsync(Enumerable.Range(0, 1000).Select(static i => User($"{i}")));
        await sessions.Store.DrainAsync();
        sessions.Engine.Arm(0, Fault.None);

        Assert.Equal(1000, (await sessions.Store.OpenAsync(new SessionKey("chat"))).History.Messages.Count);
        Assert.Equal(["GetVersionAsync"], sessions.Engine.Trace);

        await (await sessions.Another().OpenAsync(new SessionKey("chat"))).AppendAsync([User("more")]);
        sessions.Engine.Arm(0, Fault.None);
        Assert.Equal("more", (await sessions.Store.OpenAsync(new SessionKey("chat"))).History.Messages[1000].Message.Text);
        Assert.Equal(["GetVersionAsync", "ReadAsync"], sessions.Engine.Trace);
    }

    [Fact]
    public async Task OpenAsync_DeletedAndCreatedAnewElsewhere_IsTheNewOne()
    {
        await using var sessions = new TestSessions();
        await (await sessions.Store.CreateAsync("chat")).AppendAsync([User("old")]);
        var other = sessions.Another();
        await other.DeleteAsync(new SessionKey("chat"));
        await (await other.CreateAsync("chat")).AppendAsync([User("new")]);

        Assert.Equal(["new"], Texts((await sessions.Store.OpenAsync(new SessionKey("chat"))).History));
    }

    [Fact]
    public async Task CachedHistories_OverTheBounds_AreForgotten()
    {
        foreach (var options in (SessionOptions[])[new() { CachedHistories = 2 }, new() { CachedHistories = 0 }, new() { CachedBytes = 1000 }])
        {
            await using var sessions = new TestSessions(options: options);
            for (var i = 0; i < 5; i++)
            {
                await (await sessions.Store.CreateAsync($"{i}")).AppendAsync([User($"text {i}")]);
            }

            sessions.Engine.Arm(0, Fault.None);
            Assert.Equal(["text 0"], Texts((await sessions.Store.OpenAsync(new SessionKey("0"))).History));
            Assert.Contains("ReadAsync", sessions.Engine.Trace);
        }
    }

    [Fact]
    public async Task ListAsync_Filters_AndPages()
    {
        await using var sessions = new TestSessions();
        for (var i = 0; i < 30; i++)
        {
            await sessions.Store.CreateAsync($"{i}", options: new NewSession { User = i % 3 == 0 ? "ann" : null });
            sessions.Time.Advance(TimeSpan.FromMinutes(2));
        }

        var begin = sessions.Time.GetUtcNow() - TimeSpan.FromMinutes(20);
        await (await sessions.Store.OpenAsync(new SessionKey("0"))).AppendAsync([User("a")]);
        await sessions.Store.DrainAsync();

        Assert.Equal(30, (await AllAsync(sessions.Store, new SessionQuery { PageSize = 7 })).Distinct().Count());
        Assert.Equal(10, (await AllAsync(sessions.Store, new SessionQuery { PageSize = 3, User = "ann" })).Distinct().Count());
        Assert.Empty(await AllAsync(sessions.Store, new SessionQuery { User = "nobody" }));
        Assert.Equal(["0", .. Enumerable.Range(20, 10).Select(static i => $"{i}")], (await AllAsync(sessions.Store, new SessionQuery { PageSize = 1, ActiveFrom = begin })).Order(StringComparer.Ordinal));
        Assert.Equal(19, (await AllAsync(sessions.Store, new SessionQuery { PageSize = 2, ActiveUntil = begin - TimeSpan.FromTicks(1) })).Count);
        Assert.Equal(15, (await AllAsync(sessions.Store, new SessionQuery { Lifecycle = SessionLifecycle.Idle })).Count);
        await Assert.ThrowsAsync<ArgumentException>(() => sessions.Store.ListAsync(new SessionQuery { PageSize = 1001 }).AsTask());
    }

    [Fact]
    public async Task Options_OutOfRange_AreAllNamedAtOnce()
    {
        await using var sessions = new TestSessions();
        var options = new SessionOptions { Namespace = "No!", IdleAfter = TimeSpan.Zero, IdleTimeToLive = TimeSpan.Zero, MaximumMessages = 0, MaximumMessageBytes = 1, MaximumStateBytes = -1, MaximumForkDepth = 0, CachedHistories = -1, CachedBytes = -1, ActivityInterval = TimeSpan.Zero, PollInterval = TimeSpan.Zero, TimeToLive = TimeSpan.FromDays(99_999) };

        var error = Assert.Throws<SiraConfigurationException>(() => new SessionStore(sessions.Memory, options));

        Assert.Equal(12, error.Errors.Count);
    }

    private static async Task<List<string>> AllAsync(SessionStore store, SessionQuery query)
    {
        var ids = new List<string>();
        SessionPage page;
        do
        {
            page = await store.ListAsync(query);
            ids.AddRange(page.Sessions.Select(static listing => listing.Key.Id));
            query = query with { After = page.Next };
        }
        while (page.Next is not null);
        return ids;
    }
}
