using System.Text;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Reading by the beginning of names, in pages.</summary>
public abstract class ScanConformance : StorageConformance
{
    [Fact]
    public async Task ScanAsync_Nothing_IsAnEmptyPage()
    {
        Needs(StorageFeatures.Scan);
        var page = await Store.ScanAsync(new StoreScan(Partition));

        Assert.Empty(page.Items);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task ScanAsync_HostileNames_AreAllThere_InTheOrderOfTheirBytes()
    {
        Needs(StorageFeatures.Scan);
        string[] names = [.. HostileNames.All.Select(static row => row.Data)];
        foreach (var name in names)
        {
            await Store.PutAsync(Key(name), Bytes(name));
        }

        var read = await AllAsync(new StoreScan(Partition) { PageSize = 7 });

        Assert.Equal(names.OrderBy(static name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal), read.Select(static item => item.Name));
        Assert.All(read, static item => Assert.Equal(item.Name, Text(item.Entry)));
    }

    [Fact]
    public async Task ListPartitionsAsync_ValuesAndStreams_AreListedOnce()
    {
        await Store.PutAsync(Key("a"), Bytes("1"));
        await Store.PutAsync(Key("b"), Bytes("1"));
        await Store.PutAsync(new StoreKey(Partition.Namespace, "a"), Bytes("1"));
        await Store.PutAsync(new StoreKey(Partition.Namespace + "-other", "a"), Bytes("1"));
        if (Engine.Events is { } events)
        {
            await events.AppendAsync(new StoreKey(Partition.Namespace, "s", "éß\0:/"), default, [Event("1")]);
        }

        StorePartition[] expected = [Partition, new(Partition.Namespace), .. Engine.Events is null ? Array.Empty<StorePartition>() : [new(Partition.Namespace, "éß\0:/")]];

        Assert.Equal(expected.ToHashSet(), await ListAsync(Partition.Namespace));
        Assert.Superset(new HashSet<StorePartition>([.. expected, new(Partition.Namespace + "-other")]), await ListAsync(null));
        Assert.Empty(await ListAsync("conformance-nothing"));
    }

    [Theory]
    [InlineData("a", "a,a/,a/b,a/c,ab,a\u00ff,aé")]
    [InlineData("a/", "a/,a/b,a/c")]
    [InlineData("a/b", "a/b")]
    [InlineData("%", "%,%a")]
    [InlineData("_", "_")]
    [InlineData("b*", "b*")]
    [InlineData("é", "é")]
    [InlineData("nothing", "")]
    public async Task ScanAsync_Prefix_IsMeantExactly(string prefix, string expected)
    {
        Needs(StorageFeatures.Scan);
        foreach (var name in (string[])["a", "a/", "a/b", "a/c", "ab", "a\u00ff", "aé", "A", "b", "b*", "bx", "%", "%a", "_", "e", "é", "e\u0301"])
        {
            await Store.PutAsync(Key(name), Bytes("x"));
        }

        await Store.PutAsync(new StoreKey(Partition.Namespace, "a/other tenant", "other"), Bytes("x"));

        var read = await AllAsync(new StoreScan(Partition, prefix) { PageSize = 2 });

        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries).OrderBy(static name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal), read.Select(static item => item.Name));
    }

    [Fact]
    public async Task ScanAsync_KeysOnly_LeavesTheValuesOut()
    {
        Needs(StorageFeatures.Scan);
        var tag = (await Store.PutAsync(Key("a"), Bytes("1"))).ETag;

        var item = Assert.Single((await Store.ScanAsync(new StoreScan(Partition) { KeysOnly = true })).Items);

        Assert.Equal(("a", tag, 0), (item.Name, item.Entry.ETag, item.Entry.Value.Length));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(StoreScan.MaximumPageSize + 1)]
    public async Task ScanAsync_PageThatIsNone_IsRefused(int size)
    {
        Needs(StorageFeatures.Scan);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ScanAsync(new StoreScan(Partition) { PageSize = size }));
    }

    [Fact]
    public async Task ScanAsync_WhileOthersWrite_GivesWhatStaysExactlyOnce()
    {
        Needs(StorageFeatures.Scan);
        string[] staying = [.. Enumerable.Range(0, 200).Select(static number => $"{number * 10:0000}")];
        foreach (var name in staying)
        {
            await Store.PutAsync(Key(name), Bytes(name));
        }

        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                var name = $"{random.Next(2000):0000}";
                if (!staying.Contains(name))
                {
                    await Store.PutAsync(Key(name), Bytes("comes and goes"));
                    await Store.DeleteAsync(Key(name));
                }
                else
                {
                    await Store.PutAsync(Key(name), Bytes(name));
                }
            }
        });
        for (var i = 0; i < 5; i++)
        {
            var read = await AllAsync(new StoreScan(Partition) { PageSize = 13 });
            var names = read.Select(static item => item.Name).ToList();
            Assert.Equal(names.Distinct().Order(StringComparer.Ordinal), names);
            Assert.Equal(staying, names.Intersect(staying));
        }

        await stop.CancelAsync();
        await writing;
    }

    private async Task<List<StoreItem>> AllAsync(StoreScan scan)
    {
        var all = new List<StoreItem>();
        while (true)
        {
            var page = await Store.ScanAsync(scan);
            Assert.True(page.Items.Count <= scan.PageSize);
            all.AddRange(page.Items);
            if (page.Next is null)
            {
                return all;
            }

            scan = scan with { After = page.Next };
        }
    }

    private async Task<HashSet<StorePartition>> ListAsync(string? @namespace)
    {
        var found = new HashSet<StorePartition>();
        await foreach (var partition in Engine.ListPartitionsAsync(@namespace))
        {
            Assert.True(found.Add(partition), $"'{partition}' is listed twice.");
        }

        return found;
    }
}
