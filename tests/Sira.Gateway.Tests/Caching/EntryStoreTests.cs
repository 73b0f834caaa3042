using Sira.Gateway.Caching.Keys;
using Sira.Gateway.Caching.Storage;

namespace Sira.Gateway.Tests.Caching;

public class EntryStoreTests
{
    private static CacheKey Key(int number) => new((ulong)number, 0, 0, 0);

    private static CacheEntry Entry(int bytes = 44) => new(new byte[bytes], DateTimeOffset.UnixEpoch, null);

    [Fact]
    public void Bounds_AreKept_InEntriesAndBytes()
    {
        var (entries, bytes, evicted) = (0, 0L, 0);
        var store = new EntryStore(5, 3000)
        {
            Changed = (moreEntries, moreBytes, out_) =>
            {
                entries += moreEntries;
                bytes += moreBytes;
                evicted += out_;
            },
        };
        var random = new Random(3);
        for (var i = 0; i < 5000; i++)
        {
            if (random.Next(4) == 0)
            {
                store.TryGet(Key(random.Next(20)), out _);
            }
            else if (random.Next(10) == 0 && store.TryGet(Key(random.Next(20)), out var found))
            {
                store.Remove(Key(random.Next(20)), found);
            }
            else
            {
                store.Set(Key(random.Next(20)), Entry(random.Next(2000)));
            }

            Assert.InRange(store.Count, 0, 5);
            Assert.InRange(store.Bytes, 0, 3000);
            Assert.Equal((entries, bytes), (store.Count, store.Bytes));
        }

        Assert.True(evicted > 100);
    }

    [Fact]
    public void WhatIsUsed_Stays()
    {
        var store = new EntryStore(3, long.MaxValue);
        store.Set(Key(0), Entry());
        for (var i = 1; i < 100; i++)
        {
            Assert.True(store.TryGet(Key(0), out _), $"gone after {i}");
            store.Set(Key(i), Entry());
        }

        Assert.True(store.TryGet(Key(99), out _));
        Assert.False(store.TryGet(Key(50), out _));
    }

    [Fact]
    public void WithoutUse_TheOldestGoes()
    {
        var store = new EntryStore(3, long.MaxValue);
        for (var i = 0; i < 4; i++)
        {
            store.Set(Key(i), Entry());
        }

        Assert.Equal([false, true, true, true], Enumerable.Range(0, 4).Select(i => store.TryGet(Key(i), out _)));
    }

    [Fact]
    public void EntryThatFitsNowhere_PushesNothingOut()
    {
        var store = new EntryStore(3, 1000);
        store.Set(Key(0), Entry());
        store.Set(Key(1), Entry(2000));
        Assert.True(store.TryGet(Key(0), out _));
        Assert.False(store.TryGet(Key(1), out _));
    }

    [Fact]
    public void Replacing_CountsOnce_AndRemoveTakesOnlyWhatItMeans()
    {
        var store = new EntryStore(3, 10_000);
        var (old, young) = (Entry(100), Entry(200));
        store.Set(Key(0), old);
        store.Set(Key(0), young);
        Assert.Equal((1, (long)young.Size), (store.Count, store.Bytes));
        store.Remove(Key(0), old);
        Assert.True(store.TryGet(Key(0), out var found));
        Assert.Same(young, found);
        store.Remove(Key(0), young);
        Assert.Equal((0, 0L), (store.Count, store.Bytes));
    }

    [Fact]
    public void ManyThreads_KeepItWhole()
    {
        var store = new EntryStore(50, 50 * 300);
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number =>
        {
            var key = Key(number * 7 % 200);
            if (store.TryGet(key, out var entry) && number % 11 == 0)
            {
                store.Remove(key, entry);
            }
            else
            {
                store.Set(key, Entry());
            }
        });
        Assert.InRange(store.Count, 1, 50);
        Assert.Equal(store.Count * 300L, store.Bytes);
    }
}
