using Microsoft.Extensions.AI;
using Sira.Kernel.Time;
using Sira.Session.History;
using Sira.Session.Memory;
using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;

namespace Sira.Session.Tests.Memory;

/// <summary>What forks share is in the index once for each of them.</summary>
public sealed class SharedItemTests : IAsyncDisposable
{
    private static readonly MemoryOwner Ann = new("acme", "ann");

    private readonly VirtualTimeProvider time = new();
    private readonly MemoryEngine engine = new();
    private readonly ConceptGenerator generator = new();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SearchAsync_ManyForks_FindsEachMessageOnce(bool byMeaning)
    {
        var index = Create(byMeaning);
        await index.AddAsync(Ann, [Item(1, "dog dog dog"), Item(2, "a dog is here"), Item(3, "somewhere there is a dog")]);
        for (var fork = 0; fork < 60; fork++)
        {
            await index.AddAsync(Ann, [Item(1, "dog dog dog", $"f{fork}"), Item(2, "a dog is here", $"f{fork}")]);
        }

        foreach (var searched in (MemoryIndex[])[index, Create(byMeaning)])
        {
            var matches = await searched.SearchAsync(new MemoryQuery(Ann, "dog") { Maximum = 3 });

            Assert.Equal([1, 2, 3], matches.Select(static match => match.Item.Version).Order());
            Assert.Equal(matches.Select(static match => match.Score).OrderDescending(), matches.Select(static match => match.Score));
        }
    }

    [Fact]
    public async Task SearchAsync_SessionThatIsNotSearched_NeitherWhatItSharesIsFound()
    {
        var index = Create();
        await index.AddAsync(Ann, [Item(1, "dog"), Item(1, "dog", "fork"), Item(5, "dog", "other")]);

        Assert.Equal("other", Assert.Single(await index.SearchAsync(new MemoryQuery(Ann, "dog") { ExceptSessionId = "fork" })).Item.SessionId);
        Assert.Equal("fork", Assert.Single(await index.SearchAsync(new MemoryQuery(Ann, "dog") { SessionId = "fork" })).Item.SessionId);
    }

    [Fact]
    public async Task AddAsync_WhatIsThereAlready_IsNotEmbeddedAgain()
    {
        var index = Create(byMeaning: true);
        await index.AddAsync(Ann, [Item(1, "my dog"), Item(2, "my car")]);
        await index.AddAsync(Ann, [Item(1, "my dog", "fork"), Item(2, "my car", "fork"), Item(3, "ill", "fork")]);

        Assert.Equal([2, 1], generator.Batches);
        var match = Assert.Single(await Create(byMeaning: true).SearchAsync(new MemoryQuery(Ann, "hound") { SessionId = "fork" }));
        Assert.Equal("my dog", match.Item.Text);
    }

    [Fact]
    public async Task RetainAsync_ForgetsWhatTheHistoryDoesNotSay_AndNothingElse()
    {
        var index = Create();
        var later = time.GetUtcNow().AddSeconds(1);
        await index.AddAsync(Ann, [Item(1, "dog one"), Item(2, "dog two"), Item(3, "dog three") with { At = later }, Item(9, "dog nine"), Item(2, "dog of another", "s2")]);
        var history = new SessionHistory("s1", 5, [Said(1), Said(3)], []);

        Assert.Equal(2, await index.RetainAsync(Ann, history));
        Assert.Equal(0, await index.RetainAsync(Ann, history));

        foreach (var searched in (MemoryIndex[])[index, Create()])
        {
            Assert.Equal(["dog nine", "dog of another", "dog one"], (await searched.SearchAsync(new MemoryQuery(Ann, "dog"))).Select(static match => match.Item.Text).Order());
        }
    }

    private MemoryIndex Create(bool byMeaning = false) => new(engine.Store, null, byMeaning ? generator : null, time, new SeededRandomSource(1));

    private MemoryItem Item(long version, string text, string session = "s1") => new(session, version, ChatRole.User, text, time.GetUtcNow());

    private SessionMessage Said(long version) => new(new MessageHeader(version, version, ChatRole.User, 1) { At = time.GetUtcNow() }, new ChatMessage(ChatRole.User, "?"));
}
