using System.Text;
using Sira.Simulation.Time;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Testing.Telemetry;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class ReclaimTests
{
    private static readonly StorePartition Partition = new("reclaim");

    [Fact]
    public async Task CompactAsync_ExpiredAndDeleted_AreOffTheDisk_AndTheRestIsNot()
    {
        using var folder = new RocksDbFolder();
        var time = new VirtualTimeProvider();
        await using var engine = new RocksDbEngine(folder.Options with { Compression = RocksDbCompression.None }, time);
        await engine.Store.PutAsync(Partition.Key("a"), Encoding.ASCII.GetBytes("marker-expired"), new() { TimeToLive = TimeSpan.FromHours(1) });
        await engine.Store.PutAsync(Partition.Key("b"), Encoding.ASCII.GetBytes("marker-deleted"));
        await engine.Store.PutAsync(Partition.Key("c"), Encoding.ASCII.GetBytes("marker-later"), new() { TimeToLive = TimeSpan.FromHours(3) });
        await engine.Store.PutAsync(Partition.Key("d"), Encoding.ASCII.GetBytes("marker-kept"));
        await engine.Events.AppendAsync(Partition.Key("s"), ExpectedVersion.New, [.. Enumerable.Range(0, 600).Select(static i => new EventData("t", Encoding.ASCII.GetBytes(i < 500 ? "marker-trimmed" : "marker-event")))]);
        await engine.Store.DeleteAsync(Partition.Key("b"));
        Assert.Equal(500, await engine.Events.TrimAsync(Partition.Key("s"), 500));
        await engine.CompactAsync();
        Assert.Contains("marker-expired", Content(folder), StringComparison.Ordinal);

        time.Advance(TimeSpan.FromHours(2));
        await engine.CompactAsync();

        // What the log still had has been written to tables, and the log is gone with it.
        var content = Content(folder);
        Assert.Equal(
            [(true, "marker-later"), (true, "marker-kept"), (true, "marker-event"), (false, "marker-expired"), (false, "marker-deleted"), (false, "marker-trimmed")],
            ((string[])["marker-later", "marker-kept", "marker-event", "marker-expired", "marker-deleted", "marker-trimmed"]).Select(marker => (content.Contains(marker, StringComparison.Ordinal), marker)));
        Assert.NotNull(await engine.Store.GetAsync(Partition.Key("c")));
        Assert.Equal(100, (await engine.Events.ReadAllAsync(Partition.Namespace)).Events.Count);
        Assert.Equal(100, (await engine.Events.ReadAsync(Partition.Key("s"))).Events.Count);
    }

    [Fact]
    public async Task CompactAsync_ManyExpired_TheTablesShrink_AndTheGaugeSaysSo()
    {
        using var folder = new RocksDbFolder();
        var time = new VirtualTimeProvider();
        await using var engine = new RocksDbEngine(folder.Options with { Name = "reclaim gauge", Compression = RocksDbCompression.None }, time);
        for (var i = 0; i < 200; i++)
        {
            await engine.Store.PutAsync(Partition.Key($"{i}"), new byte[10_000], new() { TimeToLive = TimeSpan.FromHours(1) });
        }

        using var metrics = new MetricCollector("sira.storage.engine", "reclaim gauge");
        await engine.CompactAsync();
        metrics.Observe();
        time.Advance(TimeSpan.FromHours(2));
        await engine.CompactAsync();
        metrics.Observe();

        var sizes = metrics.Of("sira.storage.rocksdb.disk");
        Assert.Equal(2, sizes.Count);
        Assert.True(sizes[0].Value > 2_000_000 && sizes[1].Value < 100_000, $"{sizes[0].Value} and {sizes[1].Value} bytes.");
        Assert.All(metrics.Of("sira.storage.rocksdb.memory"), static memory => Assert.True(memory.Value > 0));
    }

    private static string Content(RocksDbFolder folder)
    {
        var content = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder.Database))
        {
            if (Path.GetExtension(file) is ".sst" or ".log")
            {
                content.Append(Encoding.Latin1.GetString(File.ReadAllBytes(file)));
            }
        }

        return content.ToString();
    }
}
