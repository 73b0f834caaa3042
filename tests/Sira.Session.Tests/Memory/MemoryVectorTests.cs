using Microsoft.Extensions.AI;
using Sira.Kernel.Time;
using Sira.Session.Memory;
using Sira.Session.Memory.Search;
using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;

namespace Sira.Session.Tests.Memory;

public sealed class MemoryVectorTests : IAsyncDisposable
{
    private readonly MemoryEngine engine = new();
    private readonly ConceptGenerator generator = new();
    private readonly MemoryOwner owner = new("t", "u");

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private MemoryIndex Create(MemoryIndexOptions? options = null) => new(engine.Store, options, generator, new VirtualTimeProvider(), new SeededRandomSource(1));

    private static MemoryItem Item(long version, string text) => new("s", version, ChatRole.User, text, default);

    [Fact]
    public async Task SearchAsync_NoWordInCommon_FindsByMeaningAlsoAfterRestart()
    {
        await Create().AddAsync(owner, [Item(1, "My dog is ill."), Item(2, "The car is red.")]);
        var match = (await Create().SearchAsync(new MemoryQuery(owner, "sick hound")))[0];
        Assert.Equal(1, match.Item.Version);
        Assert.Null(match.WordScore);
        Assert.InRange(match.VectorScore!.Value, 0.9, 1.001);
    }

    [Fact]
    public async Task SearchAsync_WordsAndVectors_AreFusedByRank()
    {
        var index = Create();
        await index.AddAsync(owner, [Item(1, "hound in the text only as a word, hound"), Item(2, "a dog"), Item(3, "hound dog")]);
        var matches = await index.SearchAsync(new MemoryQuery(owner, "hound"));
        var best = matches[0];
        Assert.Equal(3, matches.Count);
        Assert.NotNull(best.WordScore);
        Assert.NotNull(best.VectorScore);
        Assert.InRange(best.Score, 1.0 / (RankFusion.K + 3), 2.0 / (RankFusion.K + 1));
        Assert.Equal(matches.Select(match => match.Score).OrderDescending(), matches.Select(match => match.Score));
    }

    [Fact]
    public async Task AddAsync_ManyItems_AreEmbeddedInBatches()
    {
        await Create(new MemoryIndexOptions { EmbeddingBatch = 10 }).AddAsync(owner, [.. Enumerable.Range(1, 25).Select(i => Item(i, $"dog {i}"))]);
        Assert.Equal([10, 10, 5], generator.Batches);
    }

    [Fact]
    public async Task AddAndSearch_GeneratorFails_FindByWords()
    {
        var index = Create();
        generator.IsFailing = true;
        await index.AddAsync(owner, [Item(1, "my dog")]);
        Assert.Single(await index.SearchAsync(new MemoryQuery(owner, "dog")));
        generator.IsFailing = false;
        var match = Assert.Single(await index.SearchAsync(new MemoryQuery(owner, "dog")));
        Assert.Null(match.VectorScore);
    }

    [Fact]
    public async Task SearchAsync_OtherModelThanAtTheTime_ComparesNothingThatCannotBe()
    {
        await Create().AddAsync(owner, [Item(1, "my dog")]);
        generator.Dimensions = 5;
        Assert.Empty(await Create().SearchAsync(new MemoryQuery(owner, "hound")));
        Assert.Single(await Create().SearchAsync(new MemoryQuery(owner, "my hound")));
    }

    [Fact]
    public async Task SearchAsync_CancelledInTheGenerator_IsCancelled()
    {
        using var source = new CancellationTokenSource();
        generator.Before = source.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Create().SearchAsync(new MemoryQuery(owner, "dog"), source.Token));
    }
}
