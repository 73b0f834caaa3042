using Microsoft.Extensions.DependencyInjection;
using Sira.Storage.Keys;

namespace Sira.Storage.Tests.Monitoring;

/// <summary>What watching costs while nobody listens. Not beside other tests, which do.</summary>
[Collection(Alone)]
[CollectionDefinition(Alone, DisableParallelization = true)]
public sealed class UnobservedTests
{
    private const string Alone = "alone";

    private static readonly StoreKey Key = new("notes", "a", "acme");

    [Fact]
    public async Task Get_OfAMemoryEngine_AllocatesNothing()
    {
        await using var services = Watched.Host(static sira => sira.AddMemoryStorage());
        var store = services.GetRequiredService<IStorageEngine>().Store;
        await store.PutAsync(Key, new byte[100]);

        // The first rounds are compiled meanwhile.
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                await store.GetAsync(Key);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
