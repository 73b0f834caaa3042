using Sira.Storage.Keys;
using Sira.Storage.Layers;
using Sira.Storage.Layers.Copies;
using Sira.Storage.Values;

namespace Sira.Storage.Tests.Layers;

public sealed class SieveCacheTests
{
    private static readonly CachedPartition Partition = new(new StorePartition("things"));

    [Fact]
    public void Put_WalkOverMuchMoreThanFits_LeavesWhatIsReadAgain()
    {
        var cache = new SieveCache(100 * Value("0000").Bytes, new LayerMetrics("test"));
        for (var i = 0; i < 2000; i++)
        {
            cache.Put(Value($"{i:0000}"));
            for (var hot = 0; hot < 20; hot++)
            {
                cache.Find(Key($"{hot:0000}"))?.Visit();
            }
        }

        Assert.All(Enumerable.Range(0, 20), hot => Assert.NotNull(cache.Find(Key($"{hot:0000}"))));
        Assert.InRange(cache.Count, 1, 100);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Anything_AgainstAModel_BytesAreThoseOfWhatIsThere(int seed)
    {
        var random = new Random(seed);
        var cache = new SieveCache(10_000, new LayerMetrics("test"));
        var last = new Dictionary<string, CachedValue>();
        for (var i = 0; i < 20_000; i++)
        {
            var name = $"{random.Next(60)}";
            switch (random.Next(4))
            {
                case 0:
                    cache.Put(last[name] = Value(name, random.Next(3000)));
                    break;
                case 1:
                    cache.Remove(Key(name));
                    last.Remove(name);
                    break;
                default:
                    // Whatever was evicted is not there; whatever is there is what was put last.
                    if (cache.Find(Key(name)) is { } found)
                    {
                        Assert.Same(last[name], found);
                        found.Visit();
                    }

                    break;
            }

            Assert.InRange(cache.Bytes, 0, 10_000);
        }

        Assert.Equal(cache.Bytes, Enumerable.Range(0, 60).Sum(name => cache.Find(Key($"{name}"))?.Bytes ?? 0));
    }

    [Fact]
    public async Task Put_ByManyThreads_KeepsItsBounds()
    {
        var cache = new SieveCache(50_000, new LayerMetrics("test"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 20_000; i++)
            {
                var name = $"{random.Next(300)}";
                if (cache.Find(Key(name)) is { } found)
                {
                    found.Visit();
                }
                else
                {
                    cache.Put(Value(name, random.Next(500)));
                }

                if (random.Next(10) == 0)
                {
                    cache.Remove(Key(name));
                }
            }
        })));

        Assert.InRange(cache.Bytes, 0, 50_000);
        Assert.Equal(cache.Bytes, Enumerable.Range(0, 300).Sum(name => cache.Find(Key($"{name}"))?.Bytes ?? 0));
    }

    private static StoreKey Key(string name) => new("things", name);

    private static CachedValue Value(string name, int length = 10) => new(Key(name), new StoreEntry(new byte[length], new ETag(1)), Partition, 0, 0, long.MaxValue);
}
