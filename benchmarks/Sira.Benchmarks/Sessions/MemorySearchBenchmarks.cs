using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Session.Memory;
using Sira.Storage.Engines.Memory;

namespace Sira.Benchmarks.Sessions;

/// <summary>What a search over ten thousand turns costs, of words and of words and vectors. Beside it looking for the words in every text.</summary>
public class MemorySearchBenchmarks
{
    private const int Turns = 10_000;
    private const int Dimensions = 384;

    private static readonly string[] QueryWords = ["when", "did", "the", "w17", "w230", "w999", "arrive"];

    private readonly MemoryOwner owner = new("t", "u");
    private readonly List<MemoryItem> items = [];
    private MemoryIndex words = null!;
    private MemoryIndex vectors = null!;
    private MemoryQuery query = null!;

    [GlobalSetup]
    public void SetUp()
    {
        // Words as frequent as Zipf's law has them: the n-th most frequent a share of 1/n.
        var random = new Random(7);
        for (var i = 1; i <= Turns; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, 40).Select(_ => (int)Math.Pow(2000, random.NextDouble()) is 1 ? "the" : $"w{(int)Math.Pow(2000, random.NextDouble())}"));
            items.Add(new MemoryItem("s", i, ChatRole.User, text, DateTimeOffset.UnixEpoch.AddMinutes(i)));
        }

        words = new MemoryIndex(new MemoryEngine().Store);
        vectors = new MemoryIndex(new MemoryEngine().Store, generator: new RandomVectors());
        words.AddAsync(owner, items).AsTask().GetAwaiter().GetResult();
        vectors.AddAsync(owner, items).AsTask().GetAwaiter().GetResult();
        query = new MemoryQuery(owner, string.Join(' ', QueryWords));
    }

    [Benchmark(Baseline = true)]
    public int LookInEveryText()
    {
        var found = 0;
        foreach (var item in items)
        {
            foreach (var word in QueryWords)
            {
                found += item.Text.Contains(word, StringComparison.Ordinal) ? 1 : 0;
            }
        }

        return found;
    }

    [Benchmark]
    public async Task<int> Words() => (await words.SearchAsync(query)).Count;

    [Benchmark]
    public async Task<int> WordsAndVectors() => (await vectors.SearchAsync(query)).Count;

    private sealed class RandomVectors : IEmbeddingGenerator<string, Embedding<float>>
    {
        private readonly Random random = new(3);

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(_ => new Embedding<float>(Enumerable.Range(0, Dimensions).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray()))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
