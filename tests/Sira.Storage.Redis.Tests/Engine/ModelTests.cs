using Sira.Storage.Engines.Memory;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Tests.Support;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Redis.Tests.Engine;

public sealed class ModelTests(SharedRedis redis)
{
    private static readonly string[] Names = ["a", "ab", "a\0", "a/", "b", "é", "\U0001F9E0", "z"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnyOperations_GiveWhatTheMemoryEngineGives(int seed)
    {
        var random = new Random(seed);
        StorePartition[] partitions = [new($"m-{Guid.NewGuid():N}"), new($"m-{Guid.NewGuid():N}", "t:\0")];
        await using var engine = await redis.EngineAsync();
        await using var memory = new MemoryEngine();
        var (ours, model) = (new Subject(engine), new Subject(memory));
        for (var step = 0; step < 400; step++)
        {
            // Both do the same, drawn from the same numbers.
            var (partition, draw) = (partitions[random.Next(2)], random.Next());
            var expected = await model.StepAsync(partition, new Random(draw));
            var actual = await ours.StepAsync(partition, new Random(draw));
            Assert.True(expected == actual, $"Step {step} of seed {seed}: {actual} instead of {expected}.");
        }
    }

    // Tags and positions differ between engines; which version each is of does not.
    private sealed class Subject(IStorageEngine engine)
    {
        private readonly Dictionary<ETag, int> tags = new() { [ETag.None] = 0 };
        private readonly Dictionary<StoreKey, ETag> seen = [];
        private readonly Dictionary<string, long> positions = [];

        public async Task<string> StepAsync(StorePartition partition, Random random)
        {
            var key = partition.Key(Names[random.Next(Names.Length)]);
            switch (random.Next(10))
            {
                case 0:
                    return Text(key, await engine.Store.GetAsync(key));
                case 1 or 2:
                    var put = await engine.Store.PutAsync(key, Value(random), new(Condition(key, random), random.Next(3) == 0 ? TimeSpan.FromHours(1) : null));
                    return $"put {key} {put.IsDone} {Number(put.ETag)}";
                case 3:
                    var deleted = await engine.Store.DeleteAsync(key, new(Condition(key, random)));
                    return $"delete {key} {deleted.IsDone} {Number(deleted.ETag)}";
                case 4:
                    var scan = new StoreScan(partition, random.Next(2) == 0 ? string.Empty : "a") { PageSize = random.Next(1, 6), KeysOnly = random.Next(2) == 0, After = random.Next(2) == 0 ? Names[random.Next(Names.Length)] : null };
                    var page = await engine.Store.ScanAsync(scan);
                    return $"scan {string.Join('|', page.Items.Select(item => Text(partition.Key(item.Name), item.Entry)))} {page.Next}";
                case 5:
                    var batch = new StoreBatch();
                    foreach (var name in Names.Where(_ => random.Next(3) == 0).Append("always"))
                    {
                        Add(batch, partition.Key(name), random);
                    }

                    var written = await engine.Store.WriteAsync(batch);
                    return $"batch {written.IsDone} {written.RefusedAt} {string.Join('|', written.Results.Select(result => $"{Number(result.ETag)} {result.Version}"))}";
                case 6 or 7:
                    var appended = await engine.Events!.AppendAsync(key, random.Next(2) == 0 ? ExpectedVersion.Any : ExpectedVersion.Of(random.Next(6)), Events(random));
                    return $"append {key} {appended.IsDone} {appended.Version}";
                case 8:
                    var read = await engine.Events!.ReadAsync(key, random.Next(8), random.Next(1, 6));
                    var listed = await engine.Events.ListAsync(new StoreScan(partition) { PageSize = 3, After = random.Next(2) == 0 ? "a" : null });
                    return $"read {Text(read.Events)} {read.Next} {read.IsEnd} {await engine.Events.GetVersionAsync(key)} {string.Join('|', listed.Streams)} {listed.Next}";
                default:
                    return random.Next(3) switch
                    {
                        0 => $"trim {await engine.Events!.TrimAsync(key, random.Next(6))}",
                        1 when random.Next(3) == 0 => $"delete stream {await engine.Events!.DeleteAsync(key)}",
                        _ => await FollowAsync(partition.Namespace),
                    };
            }
        }

        private async Task<string> FollowAsync(string @namespace)
        {
            var page = await engine.Events!.ReadAllAsync(@namespace, positions.GetValueOrDefault(@namespace), 5);
            positions[@namespace] = page.Next;
            return $"follow {Text(page.Events)} {page.IsEnd}";
        }

        private void Add(StoreBatch batch, in StoreKey key, Random random) => _ = random.Next(4) switch
        {
            0 => batch.Put(key, Value(random), random.Next(3) == 0 ? Condition(key, random) : default),
            1 => batch.Delete(key),
            2 => batch.Append(key, ExpectedVersion.Any, Events(random)),
            _ => batch.Check(key, WriteCondition.None),
        };

        private WriteCondition Condition(in StoreKey key, Random random) => random.Next(4) switch
        {
            0 => WriteCondition.Absent,
            1 => WriteCondition.Unchanged(seen.GetValueOrDefault(key)),
            2 => WriteCondition.Unchanged(new ETag("of another engine")),
            _ => WriteCondition.None,
        };

        private string Text(in StoreKey key, StoreEntry? entry)
        {
            seen[key] = entry?.ETag ?? ETag.None;
            return entry is { } found ? $"{key.Name}={Convert.ToHexString(found.Value.Span)} {Number(found.ETag)} {found.ExpiresAt is null}" : "nothing";
        }

        private int Number(ETag tag) => tags.TryGetValue(tag, out var number) ? number : tags[tag] = tags.Count;

        private static string Text(IReadOnlyList<StoredEvent> events) => string.Join('|', events.Select(static item => $"{item.Stream} {item.Version} {item.Type} {Convert.ToHexString(item.Data.Span)}"));

        private static byte[] Value(Random random)
        {
            var value = new byte[random.Next(40)];
            random.NextBytes(value);
            return value;
        }

        private static EventData[] Events(Random random) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new EventData($"type {random.Next(3)}", Value(random)))];
    }
}
