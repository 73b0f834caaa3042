using Microsoft.Extensions.AI;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Session.Memory;
using Sira.Session.Tests.Context;
using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Session.Tests.Memory;

public sealed class MemoryIndexTests : IAsyncDisposable
{
    private static readonly MemoryOwner Ann = new("acme", "ann");
    private readonly VirtualTimeProvider time = new();
    private readonly MemoryEngine engine = new();

    private MemoryIndex Create(MemoryIndexOptions? options = null, FaultyStore? store = null) => new(store ?? engine.Store, options, null, time, new SeededRandomSource(1));

    private MemoryItem Item(long version, string text, string session = "s1") => new(session, version, ChatRole.User, text, time.GetUtcNow());

    private async Task<List<string>> FindAsync(MemoryIndex index, string text, MemoryOwner? owner = null) => [.. (await index.SearchAsync(new MemoryQuery(owner ?? Ann, text))).Select(match => match.Item.Text)];

    private async Task<string> RawAsync(string tenant)
    {
        var raw = new System.Text.StringBuilder();
        for (var scan = new StoreScan(new StorePartition("session-memory", tenant)); ;)
        {
            var page = await engine.Store.ScanAsync(scan);
            foreach (var item in page.Items)
            {
                raw.Append(item.Name).Append(' ').Append(System.Text.Encoding.UTF8.GetString(item.Entry.Value.Span)).Append('\n');
            }

            if (page.Next is null)
            {
                return raw.ToString();
            }

            scan = scan with { After = page.Next };
        }
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task SearchAsync_WordsOfAnItem_FindsItWithProvenance()
    {
        var index = Create();
        await index.AddAsync(Ann, [Item(1, "My cat is called Möhre."), Item(4, "The train to Zürich leaves at nine.")]);
        var match = Assert.Single(await index.SearchAsync(new MemoryQuery(Ann, "when does the TRAIN to zurich leave?")));
        Assert.Equal(("s1", 4L, ChatRole.User), (match.Item.SessionId, match.Item.Version, match.Item.Role));
        Assert.Equal(match.Score, match.WordScore);
        Assert.Null(match.VectorScore);
    }

    [Fact]
    public async Task SearchAsync_OtherOwners_NeverFindIt()
    {
        var index = Create();
        MemoryOwner[] owners = [Ann, new("acme", "an"), new("acme", "ann/"), new("acme"), new("other", "ann"), new(null, "ann"), new("acme", "-"), new("acme", "ANN")];
        for (var i = 0; i < owners.Length; i++)
        {
            await index.AddAsync(owners[i], [Item(i + 1, $"secret of {i}")]);
        }

        var again = Create();
        foreach (var reader in new[] { index, again })
        {
            for (var i = 0; i < owners.Length; i++)
            {
                Assert.Equal([$"secret of {i}"], await FindAsync(reader, "secret", owners[i]));
            }
        }
    }

    [Fact]
    public async Task SearchAsync_AfterRestart_FindsTheSame()
    {
        var index = Create();
        for (var i = 1; i <= 700; i++)
        {
            await index.AddAsync(Ann, [Item(i, $"note {i} about topic{i % 50}")]);
        }

        var before = await FindAsync(index, "topic7 note");
        Assert.Equal(before.Order(), (await FindAsync(Create(), "topic7 note")).Order());

        // Sixteen of a size became one, again and again.
        Assert.InRange((await RawAsync("acme")).Split("SSM").Length - 1, 2, 64);
    }

    [Fact]
    public async Task AddAsync_MoreThanAValueHolds_IsStoredInSeveral()
    {
        // 20 MB of text in one call, and the engine takes 16 MiB in a value.
        await Create().AddAsync(Ann, [.. Enumerable.Range(1, 5000).Select(i => Item(i, $"page{i} " + new string('x', 3990)))]);
        Assert.StartsWith("page4711 ", Assert.Single(await FindAsync(Create(), "page4711")));
    }

    [Fact]
    public async Task AddAsync_KnownItems_AreLeftAlone()
    {
        var index = Create();
        await index.AddAsync(Ann, [Item(1, "first"), Item(1, "second")]);
        await index.AddAsync(Ann, [Item(1, "third")]);
        Assert.Equal(["first"], await FindAsync(index, "first second third"));
    }

    [Fact]
    public async Task SearchAsync_SessionFilters_Hold()
    {
        var index = Create();
        await index.AddAsync(Ann, [Item(1, "tea", "a"), Item(2, "tea", "b")]);
        Assert.Equal("a", Assert.Single(await index.SearchAsync(new MemoryQuery(Ann, "tea") { SessionId = "a" })).Item.SessionId);
        Assert.Equal("b", Assert.Single(await index.SearchAsync(new MemoryQuery(Ann, "tea") { ExceptSessionId = "a" })).Item.SessionId);
    }

    [Fact]
    public async Task SearchAsync_HalfLife_PutsTheNewerFirst()
    {
        var index = Create(new MemoryIndexOptions { HalfLife = TimeSpan.FromDays(1) });
        await index.AddAsync(Ann, [Item(1, "I live in Bern")]);
        time.Advance(TimeSpan.FromDays(3));
        await index.AddAsync(Ann, [Item(2, "I live in Basel, by the river, since spring")]);
        Assert.StartsWith("I live in Basel", (await FindAsync(index, "where do I live"))[0]);
        Assert.Equal("I live in Bern", (await FindAsync(Create(), "where do I live"))[0]);
    }

    [Fact]
    public async Task RemoveSessionAsync_LeavesNothingInMemoryOrStore()
    {
        var index = Create();
        for (var i = 1; i <= 40; i++)
        {
            await index.AddAsync(Ann, [Item(i, $"password hunter{i}", i % 2 == 0 ? "gone" : "kept"), Item(100 + i, $"xylophone{i}", "gone")]);
        }

        Assert.Equal(60, await index.RemoveSessionAsync(Ann, "gone"));
        var raw = await RawAsync("acme");
        Assert.DoesNotContain("xylophone", raw);
        Assert.DoesNotContain("gone", raw);
        Assert.Contains("hunter1", raw);
        Assert.Empty(await FindAsync(index, "xylophone7 hunter2"));
        Assert.Equal(["password hunter39"], await FindAsync(index, "hunter39"));
        Assert.Contains("hunter1", index.WordsOf(Ann));
        Assert.DoesNotContain(index.WordsOf(Ann), word => word.StartsWith("xylophone") || word is "hunter2" or "hunter40");
    }

    [Fact]
    public async Task RemoveSessionAsync_AfterARewind_KeepsWhatIsBefore()
    {
        var index = Create();
        await index.AddAsync(Ann, [Item(1, "alpha"), Item(2, "beta"), Item(3, "gamma")]);
        Assert.Equal(2, await index.RemoveSessionAsync(Ann, "s1", afterVersion: 1));
        Assert.Equal(["alpha"], await FindAsync(index, "alpha beta gamma"));
        await index.AddAsync(Ann, [Item(4, "delta")]);
        Assert.Equal(["delta"], await FindAsync(index, "delta"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RemoveAsync_OwnerOrTenant_LeavesNothingOfThemAndAllOfOthers(bool isTenant)
    {
        var index = Create();
        var (bob, other) = (new MemoryOwner("acme", "bob"), new MemoryOwner("other", "ann"));
        foreach (var owner in new[] { Ann, bob, other, new MemoryOwner("acme") })
        {
            await index.AddAsync(owner, [Item(1, "umbrella")]);
        }

        await (isTenant ? index.RemoveTenantAsync("acme") : index.RemoveOwnerAsync(Ann));
        Assert.Empty(await FindAsync(index, "umbrella"));
        Assert.Equal(isTenant ? 0 : 1, (await FindAsync(index, "umbrella", bob)).Count);
        Assert.Single(await FindAsync(index, "umbrella", other));
        Assert.DoesNotContain("uann/", await RawAsync("acme"));
        Assert.Equal(isTenant, (await RawAsync("acme")).Length == 0);
        Assert.Empty(index.WordsOf(Ann));
    }

    [Fact]
    public async Task RemoveSessionAsync_AnotherProcessMerges_StillFindsAll()
    {
        var (one, two) = (Create(), new MemoryIndex(engine.Store, null, null, time, new SeededRandomSource(2)));
        for (var i = 1; i <= 30; i++)
        {
            await one.AddAsync(Ann, [Item(i, $"word{i}", "x")]);
            await two.AddAsync(Ann, [Item(1000 + i, $"word{i}", "y")]);
        }

        await one.RemoveSessionAsync(Ann, "x");
        Assert.Equal(30, (await RawAsync("acme")).Split("word").Length - 1);
        Assert.Equal(["word7"], await FindAsync(Create(), "word7"));
    }

    [Fact]
    public async Task AddAsync_MoreThanMayBe_ForgetsTheOldest()
    {
        var index = Create(new MemoryIndexOptions { MaximumItems = 100 });
        for (var i = 1; i <= 150; i++)
        {
            await index.AddAsync(Ann, [Item(i, $"note{i}")]);
        }

        Assert.Empty(await FindAsync(index, "note1"));
        Assert.Equal(["note150"], await FindAsync(index, "note150"));
        Assert.InRange((await RawAsync("acme")).Split("note").Length - 1, 90, 100);
    }

    [Fact]
    public async Task SearchAsync_MoreOwnersThanFit_ReadsThemAgain()
    {
        var index = Create(new MemoryIndexOptions { MaximumLoadedItems = 10 });
        for (var user = 0; user < 20; user++)
        {
            await index.AddAsync(new MemoryOwner("acme", $"u{user}"), [.. Enumerable.Range(1, 4).Select(i => Item(i, $"thing{i} of u{user}"))]);
        }

        for (var user = 0; user < 20; user++)
        {
            Assert.Equal([$"thing3 of u{user}"], await FindAsync(index, "thing3", new MemoryOwner("acme", $"u{user}")));
        }

        Assert.InRange(Enumerable.Range(0, 20).Count(user => index.WordsOf(new MemoryOwner("acme", $"u{user}")).Count > 0), 1, 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AddAsync_StoreFails_ThrowsAndMemorySaysWhatTheStoreHas(bool isAfter)
    {
        var store = new FaultyStore(engine.Store);
        var index = Create(store: store);
        await index.AddAsync(Ann, [Item(1, "before")]);
        _ = isAfter ? store.After = call => call == "put" : store.Before = call => call == "put";
        await Assert.ThrowsAsync<StorageException>(async () => await index.AddAsync(Ann, [Item(2, "during")]));
        (store.Before, store.After) = (_ => false, _ => false);
        Assert.Equal(isAfter ? ["during"] : [], await FindAsync(index, "during"));
        await index.AddAsync(Ann, [Item(2, "during")]);
        Assert.Equal(["during"], await FindAsync(index, "during"));
        Assert.Equal(1, (await RawAsync("acme")).Split("during").Length - 1);
    }

    [Fact]
    public async Task AddAsync_MergingFails_KeepsWhatWasAdded()
    {
        var store = new FaultyStore(engine.Store) { Before = call => call == "batch" };
        var index = Create(store: store);
        for (var i = 1; i <= 40; i++)
        {
            await index.AddAsync(Ann, [Item(i, $"note{i}")]);
        }

        Assert.Equal(["note3"], await FindAsync(Create(), "note3"));
    }

    [Fact]
    public async Task RemoveOwnerAsync_StoreFailsInTheMiddle_ThrowsAndCanBeRepeated()
    {
        var store = new FaultyStore(engine.Store);
        var index = Create(store: store);
        await index.AddAsync(Ann, [Item(1, "umbrella")]);
        store.Before = call => call == "delete";
        await Assert.ThrowsAsync<StorageException>(async () => await index.RemoveOwnerAsync(Ann));
        store.Before = _ => false;
        await index.RemoveOwnerAsync(Ann);
        Assert.Empty(await RawAsync("acme"));
    }

    [Fact]
    public async Task SearchAsync_DamagedSegment_SaysWhichAndWhatToDo()
    {
        await engine.Store.PutAsync(new StoreKey("session-memory", "uann/1", "acme"), "nonsense"u8.ToArray());
        var exception = await Assert.ThrowsAsync<StorageException>(async () => await FindAsync(Create(), "x"));
        Assert.Equal(StorageErrorKind.Corrupt, exception.Kind);
        Assert.Contains("uann/1", exception.Message);
        await Create().RemoveOwnerAsync(Ann);
        Assert.Empty(await FindAsync(Create(), "x"));
    }

    [Fact]
    public async Task AddAndSearch_FromManyThreads_LosesNothing()
    {
        var index = Create(new MemoryIndexOptions { MaximumLoadedItems = 150 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var owner = new MemoryOwner("acme", $"u{worker % 4}");
            for (var i = 1; i <= 50; i++)
            {
                await index.AddAsync(owner, [Item((worker * 1000) + i, $"item{worker}x{i}")]);
                Assert.Equal([$"item{worker}x{i}"], await FindAsync(index, $"item{worker}x{i}", owner));
            }
        })));
        Assert.Equal(400, (await RawAsync("acme")).Split("item").Length - 1);
    }

    [Fact]
    public async Task Methods_CancelledToken_DoNothing()
    {
        var index = Create();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await index.AddAsync(Ann, [Item(1, "x")], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await index.SearchAsync(new MemoryQuery(Ann, "x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await index.RemoveOwnerAsync(Ann, cancelled));
        Assert.Empty(await RawAsync("acme"));
    }

    [Fact]
    public async Task SearchAsync_LongItem_ShowsThePartThatFits()
    {
        var index = Create(new MemoryIndexOptions { SnippetLength = 60, MaximumTextLength = 2000 });
        await index.AddAsync(Ann, [Item(1, new string('x', 500) + " lorem ipsum " + "the password of the router is kiwi " + string.Concat(Enumerable.Repeat("dolor ", 400)))]);
        var match = Assert.Single(await index.SearchAsync(new MemoryQuery(Ann, "router password")));
        Assert.Contains("router", match.Snippet);
        Assert.InRange(match.Snippet.Length, 20, 62);
        Assert.Equal(2000, match.Item.Text.Length);
    }

    [Fact]
    public void Of_History_TakesWhatWasSaidInWords()
    {
        var conversation = new Conversation().User("question").Call("a").Result("a", "tool text").Assistant("answer");
        Assert.Equal([(1L, "question"), (4L, "answer")], MemoryItems.Of(conversation.History).Select(item => (item.Version, item.Text)));
        Assert.Equal([4L], MemoryItems.Of(conversation.History, afterVersion: 1).Select(item => item.Version));
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamed()
    {
        var options = new MemoryIndexOptions { Namespace = " ", MaximumItems = 1, MaximumLoadedItems = 0, MaximumTextLength = 1, SnippetLength = 1, EmbeddingBatch = 0, MinimumCosine = double.NaN, HalfLife = TimeSpan.Zero };
        Assert.Equal(8, Assert.Throws<SiraConfigurationException>(() => Create(options)).Errors.Count);
    }
}
