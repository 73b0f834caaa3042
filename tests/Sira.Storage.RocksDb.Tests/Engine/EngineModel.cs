using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Values;

namespace Sira.Storage.RocksDb.Tests.Engine;

/// <summary>What an engine must hold, in dictionaries.</summary>
internal sealed class EngineModel
{
    private readonly Dictionary<StoreKey, (long Version, List<(long Version, byte[] Data)> Events)> streams = [];

    public Dictionary<StoreKey, (byte[] Value, ETag Tag, DateTimeOffset? ExpiresAt)> Values { get; } = [];

    public byte[]? Find(StoreKey key, DateTimeOffset now) => Values.TryGetValue(key, out var found) && (found.ExpiresAt is not { } at || at > now) ? found.Value : null;

    public long VersionOf(StoreKey stream) => streams.TryGetValue(stream, out var found) ? found.Version : 0;

    public void Append(StoreKey stream, AppendResult result, byte[] data)
    {
        if (result.IsDone)
        {
            var before = VersionOf(stream);
            var events = streams.TryGetValue(stream, out var found) ? found.Events : [];
            for (var version = before + 1; version <= result.Version; version++)
            {
                events.Add((version, data));
            }

            streams[stream] = (result.Version, events);
        }
    }

    public long Trim(StoreKey stream, long upTo) => streams.TryGetValue(stream, out var found) ? found.Events.RemoveAll(item => item.Version <= upTo) : 0;

    public bool Delete(StoreKey stream) => streams.Remove(stream);

    public async Task CompareAsync(RocksDbEngine engine, StorePartition[] partitions, DateTimeOffset now, string where)
    {
        foreach (var partition in partitions)
        {
            var there = (await engine.Store.ScanAsync(new StoreScan(partition) { PageSize = 1000 })).Items;
            var expected = Values.Where(value => value.Key.Partition == partition && Find(value.Key, now) is not null).OrderBy(static value => value.Key.Name, NameOrder.Instance).ToList();
            Assert.True(expected.Select(static value => (value.Key.Name, value.Value.Tag)).SequenceEqual(there.Select(static item => (item.Name, item.Entry.ETag))), $"Other values are there ({where}).");
            Assert.All(there.Zip(expected), static pair => Assert.Equal(pair.Second.Value.Value, pair.First.Entry.Value.ToArray()));
            var listed = (await engine.Events.ListAsync(new StoreScan(partition) { PageSize = 1000 })).Streams;
            Assert.True(streams.Where(stream => stream.Key.Partition == partition).OrderBy(static stream => stream.Key.Name, NameOrder.Instance).Select(static stream => new StreamInfo(stream.Key.Name, stream.Value.Version)).SequenceEqual(listed), $"Other streams are there ({where}).");
        }

        foreach (var (stream, (_, events)) in streams)
        {
            Assert.Equal(events.Select(static item => (item.Version, Convert.ToHexString(item.Data))), (await engine.Events.ReadAsync(stream)).Events.Select(static item => (item.Version, Convert.ToHexString(item.Data.Span))));
        }

        foreach (var name in partitions.Select(static partition => partition.Namespace).Distinct())
        {
            var all = (await engine.Events.ReadAllAsync(name, 0, 10_000)).Events;
            Assert.Equal(streams.Where(stream => stream.Key.Namespace == name).Sum(static stream => stream.Value.Events.Count), all.Count);
            Assert.Equal(all.Select(static item => item.Position).Order(), all.Select(static item => item.Position));
        }
    }
}
