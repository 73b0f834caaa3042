using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;
using Sira.Testing.Telemetry;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class GroupCommitTests
{
    private static readonly StorePartition Partition = new("group");

    [Fact]
    public async Task PutAsync_ManyAtOnce_ShareTheirCommits()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options with { Name = "group commit", Durability = StorageDurability.PowerLoss });
        await engine.OpenAsync();
        using var metrics = new MetricCollector("sira.storage.engine", "group commit");

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => engine.Store.PutAsync(Partition.Key($"{i}"), default).AsTask()));

        var commits = metrics.Of("sira.storage.rocksdb.commit.writes");
        Assert.Equal(1000, commits.Sum(static commit => commit.Value));
        Assert.True(commits.Count < 500, $"{commits.Count} commits.");
        Assert.All(commits, static commit => Assert.Equal(true, commit.Tags["sira.storage.synced"]));
        Assert.Equal(1000, (await engine.Store.ScanAsync(new StoreScan(Partition) { PageSize = 2000, KeysOnly = true })).Items.Count);
    }

    [Fact]
    public async Task Writes_OfOneKeyAndStream_InOneCommit_SeeEachOther()
    {
        using var folder = new RocksDbFolder();
        await using var engine = new RocksDbEngine(folder.Options with { Durability = StorageDurability.PowerLoss });
        await engine.OpenAsync();
        for (var round = 0; round < 10; round++)
        {
            var (key, stream) = (Partition.Key($"k{round}"), Partition.Key($"s{round}"));
            var puts = Enumerable.Range(0, 20).Select(_ => engine.Store.PutAsync(key, default, new(WriteCondition.Absent)).AsTask()).ToList();
            var appends = Enumerable.Range(0, 20).Select(_ => engine.Events.AppendAsync(stream, ExpectedVersion.Any, [new("t", default)]).AsTask()).ToList();
            var deletes = Enumerable.Range(0, 20).Select(_ => engine.Store.DeleteAsync(key).AsTask()).ToList();

            var winner = Assert.Single(await Task.WhenAll(puts), static put => put.IsDone);
            Assert.All(await Task.WhenAll(puts), put => Assert.Equal(winner.ETag, put.ETag));
            Assert.Equal(Enumerable.Range(1, 20).Select(static number => (long)number), (await Task.WhenAll(appends)).Select(static append => append.Version).Order());
            Assert.Single(await Task.WhenAll(deletes), static deleted => deleted.IsDone);
        }
    }
}
