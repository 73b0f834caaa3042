using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Requests;
using Sira.Session.Chat;
using Sira.Session.Memory;
using Sira.Simulation.Time;
using Sira.Storage;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Keys;
using Sira.Testing;

namespace Sira.Session.Tests.Memory;

/// <summary>What is found of sessions that were rewound, forked, deleted, or have expired.</summary>
public sealed class RememberedSessionTests : IDisposable
{
    private const string Secret = "My password is walrus.";

    private static readonly MemoryOwner Ada = new("acme", "ada");

    private readonly string folder = Directory.CreateTempSubdirectory("sira-remembered-").FullName;
    private readonly VirtualTimeProvider time = new();
    private readonly ScriptedChatClient model = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RewoundTurn_IsNotFound_AlsoAfterARestart(bool restarts)
    {
        var services = Build();
        var version = await TalkAsync(services, "one", "My name is Ada.");
        await TalkAsync(services, "one", Secret);
        Assert.Equal(["one"], await FindAsync(services));

        await (await OpenAsync(services, "one")).RewindAsync(version, TestContext.Current.CancellationToken);
        if (restarts)
        {
            await services.DisposeAsync();
            services = Build();
        }

        Assert.Empty(await FindAsync(services));
        await TalkAsync(services, "two", "What is my password?");
        Assert.DoesNotContain(model.Calls[^1].Messages, static message => message.Text.Contains("walrus", StringComparison.Ordinal));
        await services.DisposeAsync();
    }

    [Fact]
    public async Task RewoundByAnotherProcess_IsNotFoundAndIsForgotten()
    {
        await using var services = Build();
        var version = await TalkAsync(services, "one", "My name is Ada.");
        await TalkAsync(services, "one", Secret);
        Assert.Equal(["one"], await FindAsync(services));

        await using (var other = new SessionStore(services.GetRequiredService<ISiraStorage>().For("sessions"), time: time))
        {
            await (await other.OpenAsync(new SessionKey("one", "acme"), TestContext.Current.CancellationToken)).RewindAsync(version, TestContext.Current.CancellationToken);
        }

        Assert.Empty(await FindAsync(services));
        Assert.False(await IsKeptAsync(services, "walrus"));
        Assert.True(await IsKeptAsync(services, "Ada"));
    }

    [Fact]
    public async Task RewoundAndGoneBackTo_IsFoundAgain()
    {
        await using var services = Build();
        var before = await TalkAsync(services, "one", "My name is Ada.");
        var after = await TalkAsync(services, "one", Secret);
        var session = await OpenAsync(services, "one");
        await session.RewindAsync(before, TestContext.Current.CancellationToken);
        Assert.Empty(await FindAsync(services));

        await session.RewindAsync(after, TestContext.Current.CancellationToken);
        await DrainAsync(services);

        Assert.Equal(["one"], await FindAsync(services));
    }

    [Theory]
    [InlineData("rewind")]
    [InlineData("delete")]
    [InlineData("expire")]
    public async Task SharedByAFork_StaysFindableThere(string end)
    {
        await using var services = Build(static options => options.Sessions = options.Sessions with { TimeToLive = TimeSpan.FromHours(2) });
        var version = await TalkAsync(services, "one", "My name is Ada.");
        await TalkAsync(services, "one", Secret);
        var session = await OpenAsync(services, "one");
        await session.ForkAsync(id: "fork", options: new NewSession { TimeToLive = TimeSpan.FromDays(9) }, cancellationToken: TestContext.Current.CancellationToken);
        await DrainAsync(services);

        // Once, though both say it.
        Assert.Single(await FindAsync(services));
        switch (end)
        {
            case "rewind":
                await session.RewindAsync(version, TestContext.Current.CancellationToken);
                break;
            case "delete":
                await services.GetRequiredService<ISessions>().DeleteAsync(new SessionKey("one", "acme"), TestContext.Current.CancellationToken);
                break;
            default:
                time.Advance(TimeSpan.FromHours(3));
                await services.GetRequiredService<ISessions>().SweepAsync(cancellationToken: TestContext.Current.CancellationToken);
                break;
        }

        Assert.Equal(["fork"], await FindAsync(services));
        await (await OpenAsync(services, "fork")).RewindAsync(version, TestContext.Current.CancellationToken);
        Assert.Empty(await FindAsync(services));
    }

    [Fact]
    public async Task RewoundBeforeTheForksFirstTurn_StaysFindableThereAfterARestart()
    {
        await using (var services = Build())
        {
            var version = await TalkAsync(services, "one", "My name is Ada.");
            await TalkAsync(services, "one", Secret);
            var session = await OpenAsync(services, "one");
            await session.ForkAsync(id: "fork", cancellationToken: TestContext.Current.CancellationToken);
            await session.RewindAsync(version, TestContext.Current.CancellationToken);
        }

        await using var again = Build();
        Assert.Equal(["fork"], await FindAsync(again));
    }

    [Fact]
    public async Task WhatAForkShares_IsNotSentToItAsAMemory()
    {
        await using var services = Build();
        await TalkAsync(services, "one", Secret);
        await (await OpenAsync(services, "one")).ForkAsync(id: "fork", cancellationToken: TestContext.Current.CancellationToken);
        await DrainAsync(services);

        await TalkAsync(services, "fork", "What is my password, walrus?");

        Assert.Single(model.Calls[^1].Messages, static message => message.Text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Expired_IsNotFoundBeforeTheSweep_AndNotKeptAfterIt()
    {
        await using var services = Build(static options => options.Sessions = options.Sessions with { IdleTimeToLive = TimeSpan.FromHours(2) });
        await TalkAsync(services, "one", Secret);
        time.Advance(TimeSpan.FromHours(1));
        await TalkAsync(services, "two", "My name is Ada.");
        time.Advance(TimeSpan.FromMinutes(90));

        Assert.Empty(await FindAsync(services));
        await services.GetRequiredService<ISessions>().SweepAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.False(await IsKeptAsync(services, "walrus"));
        Assert.True(await IsKeptAsync(services, "Ada"));
    }

    [Fact]
    public async Task Swept_IsNotKept()
    {
        await using var services = Build(static options => options.Sessions = options.Sessions with { TimeToLive = TimeSpan.FromHours(2) });
        await TalkAsync(services, "one", Secret);
        Assert.True(await IsKeptAsync(services, "walrus"));
        time.Advance(TimeSpan.FromHours(3));

        await services.GetRequiredService<ISessions>().SweepAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.False(await IsKeptAsync(services, "walrus"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Erased_IsNotKeptOfItsForksEither(bool user)
    {
        await using var services = Build();
        await TalkAsync(services, "one", Secret);
        await (await OpenAsync(services, "one")).ForkAsync(id: "fork", cancellationToken: TestContext.Current.CancellationToken);
        await TalkAsync(services, "fork", "Forget the walrus.");
        var sessions = services.GetRequiredService<ISessions>();

        _ = user ? await sessions.EraseUserAsync(new UserKey("ada", "acme"), TestContext.Current.CancellationToken) > 0 : await sessions.EraseAsync(new SessionKey("one", "acme"), TestContext.Current.CancellationToken);

        Assert.Empty(await FindAsync(services));
        Assert.False(await IsKeptAsync(services, "walrus"));
    }

    [Fact]
    public async Task CreatedAnewUnderTheSameId_IsNotTakenForWhatItWas()
    {
        await using var services = Build();
        await TalkAsync(services, "one", Secret);
        await using (var other = new SessionStore(services.GetRequiredService<ISiraStorage>().For("sessions"), time: time))
        {
            await other.DeleteAsync(new SessionKey("one", "acme"), TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromMinutes(1));
            var anew = await other.CreateAsync("one", "acme", new NewSession { User = "ada" }, TestContext.Current.CancellationToken);
            await anew.StartTurnAsync([new ChatMessage(ChatRole.User, "Something else.")], TestContext.Current.CancellationToken);
        }

        Assert.Empty(await FindAsync(services));
    }

    private static async Task DrainAsync(IServiceProvider services)
    {
        await services.GetRequiredService<SessionChatServices>().Background.DrainAsync(TestContext.Current.CancellationToken);
        await services.GetRequiredService<SessionStore>().DrainAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<ISession> OpenAsync(IServiceProvider services, string id) => await services.GetRequiredService<ISessions>().OpenAsync(new SessionKey(id, "acme"), TestContext.Current.CancellationToken);

    private static async Task<string[]> FindAsync(IServiceProvider services) =>
        [.. (await services.GetRequiredService<IMemoryIndex>().SearchAsync(new MemoryQuery(Ada, "walrus"), TestContext.Current.CancellationToken)).Select(static match => match.Item.SessionId)];

    private static async Task<bool> IsKeptAsync(IServiceProvider services, string word)
    {
        var page = await services.GetRequiredService<ISiraStorage>().For("session-memory").Store.ScanAsync(new StoreScan(new StorePartition("session-memory", "acme")), TestContext.Current.CancellationToken);
        return page.Items.Any(item => item.Entry.Value.Span.IndexOf(Encoding.UTF8.GetBytes(word)) >= 0);
    }

    private async Task<long> TalkAsync(IServiceProvider services, string id, string text)
    {
        model.Reply("Noted.");
        var options = new SiraChatOptions { ConversationId = id, Request = new RequestContext(time.GetTimestamp()) { Tenant = "acme", User = "ada" } };
        await services.GetRequiredService<IChatClient>().GetResponseAsync(text, options, TestContext.Current.CancellationToken);
        await DrainAsync(services);
        return (await OpenAsync(services, id)).Version;
    }

    private ServiceProvider Build(Action<SessionChatOptions>? configure = null)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time);
        services.AddSira(sira => sira
            .AddBackend("mine", _ => model)
            .AddRoute("default", static route => route.To("mine/m"))
            .AddSqliteStorage("main", new SqliteEngineOptions { Path = Path.Combine(folder, "sira.db") })
            .UseSessions(options =>
            {
                options.MemoryResults = 3;
                configure?.Invoke(options);
            }));
        return services.BuildServiceProvider();
    }
}
