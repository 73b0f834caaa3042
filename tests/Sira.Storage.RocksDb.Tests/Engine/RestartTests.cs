using System.Text;
using Sira.Simulation.Time;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Tests.Engine;

public sealed class RestartTests
{
    private static readonly StorePartition Partition = new("restart", "é\0");

    [Fact]
    public async Task Restart_KeepsEverything()
    {
        using var folder = new RocksDbFolder();
        var time = new VirtualTimeProvider();
        WriteResult written;
        AppendResult appended;
        await using (var engine = new RocksDbEngine(folder.Options, time))
        {
            written = await engine.Store.PutAsync(Partition.Key("a"), Encoding.UTF8.GetBytes("1"), new() { TimeToLive = TimeSpan.FromHours(1) });
            await engine.Store.PutAsync(Partition.Key("b"), Encoding.UTF8.GetBytes("2"));
            await engine.Store.DeleteAsync(Partition.Key("b"));
            appended = await engine.Events.AppendAsync(Partition.Key("s"), ExpectedVersion.New, [new("t", "one"u8.ToArray()), new("u", "two"u8.ToArray())]);
            await engine.Events.TrimAsync(Partition.Key("s"), 1);
        }

        await using (var engine = new RocksDbEngine(folder.Options, time))
        {
            Assert.Equal((written.ETag, time.GetUtcNow() + TimeSpan.FromHours(1)), ((await engine.Store.GetAsync(Partition.Key("a")))!.Value.ETag, (await engine.Store.GetAsync(Partition.Key("a")))!.Value.ExpiresAt));
            Assert.Null(await engine.Store.GetAsync(Partition.Key("b")));
            var left = Assert.Single((await engine.Events.ReadAllAsync(Partition.Namespace)).Events);
            Assert.Equal((Partition.Key("s"), 2L, appended.Position, "u", "two", time.GetUtcNow()), (left.Stream, left.Version, left.Position, left.Type, Encoding.UTF8.GetString(left.Data.Span), left.AppendedAt));
            Assert.Equal(3, (await engine.Events.AppendAsync(Partition.Key("s"), ExpectedVersion.Of(2), [new("t", default)])).Version);
        }
    }

    [Fact]
    public async Task Restart_TagsAndPositions_NeverComeAgain()
    {
        using var folder = new RocksDbFolder();
        var tags = new HashSet<ETag>();
        long position = 0;
        for (var round = 0; round < 4; round++)
        {
            await using var engine = new RocksDbEngine(folder.Options);
            for (var i = 0; i < 50; i++)
            {
                Assert.True(tags.Add((await engine.Store.PutAsync(Partition.Key("a"), default)).ETag));
            }

            var next = (await engine.Events.AppendAsync(Partition.Key("s"), ExpectedVersion.Any, [new("t", default)])).Position;
            Assert.True(next > position);
            position = next;
        }
    }

    [Fact]
    public async Task DisposeAsync_WritesAreWaiting_TheyAreMade_AndItCanBeOpenedAtOnce()
    {
        using var folder = new RocksDbFolder();
        for (var round = 0; round < 5; round++)
        {
            var engine = new RocksDbEngine(folder.Options);
            await engine.OpenAsync();
            var writes = Enumerable.Range(0, 50).Select(i => engine.Store.PutAsync(Partition.Key($"{round} {i}"), default, new() { Durability = Capabilities.StorageDurability.PowerLoss }).AsTask()).ToList();
            await engine.DisposeAsync();
            var made = await Task.WhenAll(writes);

            await using var again = new RocksDbEngine(folder.Options);
            Assert.Equal(made.Select(static write => write.ETag), (await Task.WhenAll(Enumerable.Range(0, 50).Select(i => again.Store.GetAsync(Partition.Key($"{round} {i}")).AsTask()))).Select(static entry => entry!.Value.ETag));
        }
    }
}
