using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Time;
using Sira.Pipeline;
using Sira.Session.Chat;
using Sira.Session.Memory;
using Sira.Session.Tests.Support;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Testing;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests.Memory;

/// <summary>The index beside its sessions when others are quick, or something fails.</summary>
public class MemoryFollowerTests
{
    private static readonly SessionKey Key = new("chat", "acme");
    private static readonly MemoryOwner Ann = new("acme", "ann");

    [Fact]
    public async Task UpdateAsync_DeletedByAnotherProcessMeanwhile_KeepsNothing()
    {
        await using var sessions = new TestSessions();
        var session = await CreateAsync(sessions);
        var generator = new ConceptGenerator { Before = () => Assert.True(sessions.Another().DeleteAsync(Key).AsTask().GetAwaiter().GetResult()) };
        var index = Index(sessions, generator);

        await MemoryFollower.UpdateAsync(index, Ann, session, 0, TestContext.Current.CancellationToken);

        Assert.Empty(await Index(sessions).SearchAsync(new MemoryQuery(Ann, "walrus"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task UpdateAsync_RewoundByAnotherProcessMeanwhile_KeepsWhatIsLeft()
    {
        await using var sessions = new TestSessions();
        var session = await CreateAsync(sessions);
        var generator = new ConceptGenerator();
        generator.Before = () =>
        {
            generator.Before = static () => { };
            sessions.Another().OpenAsync(Key).AsTask().GetAwaiter().GetResult().RewindAsync(2).AsTask().GetAwaiter().GetResult();
        };
        var index = Index(sessions, generator);

        await MemoryFollower.UpdateAsync(index, Ann, session, 0, TestContext.Current.CancellationToken);

        Assert.Equal("The first walrus.", Assert.Single(await Index(sessions).SearchAsync(new MemoryQuery(Ann, "walrus"), TestContext.Current.CancellationToken)).Item.Text);
    }

    [Fact]
    public async Task DeleteAsync_IndexAway_LeavesTheSessionForAnotherTry()
    {
        await using var sessions = new TestSessions();
        var store = new FaultyStore(sessions.Memory.Store);
        var index = new MemoryIndex(store, random: new SeededRandomSource(1));
        sessions.Store.Observe(new MemoryFollower(index));
        var session = await CreateAsync(sessions);
        await index.AddAsync(Ann, MemoryItems.Of(session.History), TestContext.Current.CancellationToken);

        store.Before = static _ => true;
        await Assert.ThrowsAsync<StorageException>(() => sessions.Store.DeleteAsync(Key, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(2, (await sessions.Another().OpenAsync(Key, TestContext.Current.CancellationToken)).History.Messages.Count);

        store.Before = static _ => false;
        Assert.True(await sessions.Store.DeleteAsync(Key, TestContext.Current.CancellationToken));
        Assert.Empty(await Index(sessions).SearchAsync(new MemoryQuery(Ann, "walrus"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SearchAsync_SessionThatCannotBeRead_IsNotFoundAndNotForgotten()
    {
        await using var sessions = new TestSessions();
        var session = await CreateAsync(sessions);
        var index = Index(sessions);
        await index.AddAsync(Ann, MemoryItems.Of(session.History), TestContext.Current.CancellationToken);
        var partition = new StorePartition("sessions", "acme");
        var stream = Assert.Single((await sessions.Memory.Events.ListAsync(new StoreScan(partition), TestContext.Current.CancellationToken)).Streams);
        await sessions.Memory.Events.AppendAsync(partition.Key(stream.Name), ExpectedVersion.Any, [new EventData("message", """{"v":2,"at":1}"""u8.ToArray())], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Empty(await Checked(index, sessions.Another()).SearchAsync(new MemoryQuery(Ann, "walrus"), TestContext.Current.CancellationToken));
        Assert.Equal(2, (await index.SearchAsync(new MemoryQuery(Ann, "walrus"), TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task SearchAsync_StaleOnesThatCannotBeForgotten_AreNotFound()
    {
        await using var sessions = new TestSessions();
        var session = await CreateAsync(sessions);
        var store = new FaultyStore(sessions.Memory.Store);
        var index = new MemoryIndex(store, random: new SeededRandomSource(1));
        await index.AddAsync(Ann, MemoryItems.Of(session.History), TestContext.Current.CancellationToken);
        await session.RewindAsync(2, TestContext.Current.CancellationToken);

        store.Before = static name => name is "batch" or "put";

        Assert.Equal("The first walrus.", Assert.Single(await Checked(index, sessions.Store).SearchAsync(new MemoryQuery(Ann, "walrus"), TestContext.Current.CancellationToken)).Item.Text);
    }

    [Fact]
    public async Task SearchAsync_StaleOnesBeforeGoodOnes_FindsTheGoodOnes()
    {
        await using var sessions = new TestSessions();
        var index = Index(sessions);
        for (var i = 0; i < 5; i++)
        {
            var gone = await sessions.Store.CreateAsync($"gone{i}", "acme", new NewSession { User = "ann" }, TestContext.Current.CancellationToken);
            await gone.AppendAsync([User("walrus walrus walrus")], TestContext.Current.CancellationToken);
            await index.AddAsync(Ann, MemoryItems.Of(gone.History), TestContext.Current.CancellationToken);
            await sessions.Store.DeleteAsync(gone.Info.Key, TestContext.Current.CancellationToken);
        }

        await index.AddAsync(Ann, MemoryItems.Of((await CreateAsync(sessions)).History), TestContext.Current.CancellationToken);

        var matches = await Checked(index, sessions.Store).SearchAsync(new MemoryQuery(Ann, "walrus") { Maximum = 2 }, TestContext.Current.CancellationToken);

        Assert.Equal(["chat", "chat"], matches.Select(static match => match.Item.SessionId));
    }

    [Fact]
    public async Task UseSessions_WithoutAContainer_FollowsTheStore()
    {
        await using var sessions = new TestSessions();
        var session = await CreateAsync(sessions);
        var index = Index(sessions);
        await index.AddAsync(Ann, MemoryItems.Of(session.History), TestContext.Current.CancellationToken);
        using var client = new SiraPipelineBuilder(new ScriptedChatClient()).UseSessions(sessions.Store, memory: index).Build();

        await session.RewindAsync(2, TestContext.Current.CancellationToken);
        await session.ForkAsync(1, "fork", cancellationToken: TestContext.Current.CancellationToken);
        await sessions.Store.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal("The first walrus.", Assert.Single(await index.SearchAsync(new MemoryQuery(Ann, "walrus"), TestContext.Current.CancellationToken)).Item.Text);
    }

    private static async Task<ISession> CreateAsync(TestSessions sessions)
    {
        var session = await sessions.Store.CreateAsync(Key.Id, Key.Tenant, new NewSession { User = "ann" }, TestContext.Current.CancellationToken);
        await session.AppendAsync([User("The first walrus.")], TestContext.Current.CancellationToken);
        await session.AppendAsync([Assistant("The second walrus.")], TestContext.Current.CancellationToken);
        return session;
    }

    private static MemoryIndex Index(TestSessions sessions, ConceptGenerator? generator = null) => new(sessions.Memory.Store, null, generator, sessions.Time, new SeededRandomSource(1));

    private static CheckedMemory Checked(IMemoryIndex index, ISessions sessions) => new(index, () => sessions, NullLogger.Instance);
}
