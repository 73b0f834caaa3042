using System.Collections.Concurrent;
using System.Globalization;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Migration;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Storage.Tests.Support;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.Migration;

/// <summary>Writers that go on while everything is moved from under them.</summary>
public sealed class MigrationConcurrencyTests
{
    private const string Namespace = MigrationWorld.Namespace;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public async Task RunAsync_UnderWriters_TargetEqualsTheModel(int seed, bool isSqlite)
    {
        await using var file = new TemporaryFile();
        await using var source = new MemoryEngine();
        await using IStorageEngine target = isSqlite ? new SqliteEngine(new SqliteEngineOptions { Path = file.Path }) : Interleaved();
        await MigrationWorld.FillAsync(source, count: 60);
        await using var engine = new MigratingEngine(source, target, Namespace, new MigrationOptions { PageSize = 7 }, leaveOpen: true);
        using var stop = new CancellationTokenSource();

        // Each worker has keys of its own, so that it knows what stands there; they share partitions, locks and pages.
        var models = Enumerable.Range(0, 4).Select(worker => Task.Run(() => WorkAsync(engine, worker, seed, stop))).ToArray();
        await Task.Delay(20);
        var end = await new StorageMigration(engine).RunAsync();
        await Task.Delay(20);
        await stop.CancelAsync();

        Assert.Equal((MigrationPhase.CutOver, 0), (end.Phase, end.DifferenceCount));
        foreach (var (values, streams) in await Task.WhenAll(models))
        {
            foreach (var (key, text) in values)
            {
                Assert.Equal(text, await target.Store.ReadAsync(key));
            }

            foreach (var (stream, (first, events)) in streams)
            {
                var page = await target.Events!.ReadAsync(stream, 0, 10_000);
                Assert.Equal(events.Skip(first).ToArray(), page.Events.Select(static item => Texts.Text(item.Data)));
                Assert.Equal(events.Count, await target.Events.GetVersionAsync(stream));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Register_AcrossTheCutOver_IsLinearizable(int seed)
    {
        await using var engine = new MigratingEngine(new MemoryEngine(), Interleaved(), Namespace, new MigrationOptions { PageSize = 7 });
        await MigrationWorld.FillAsync(engine, count: 60);
        var key = new StoreKey(Namespace, "register");
        await engine.Store.PutAsync(key, Texts.Bytes("0"));
        var (clock, history) = (0L, new ConcurrentBag<(long Begun, long Ended, int Seen, int Written)>());
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(1, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + worker);
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                var begun = Interlocked.Increment(ref clock);
                var entry = (await engine.Store.GetAsync(key))!.Value;
                var seen = int.Parse(Texts.Text(entry.Value), CultureInfo.InvariantCulture);
                history.Add((begun, Interlocked.Increment(ref clock), seen, -1));
                if (random.Next(2) == 0)
                {
                    var next = (number * 10) + worker;
                    begun = Interlocked.Increment(ref clock);
                    if ((await engine.Store.PutAsync(key, Texts.Bytes($"{next}"), new(WriteCondition.Unchanged(entry.ETag)))).IsDone)
                    {
                        history.Add((begun, Interlocked.Increment(ref clock), seen, next));
                    }
                }
            }
        })).ToArray();
        await Task.Delay(10);
        await new StorageMigration(engine).RunAsync();
        await Task.Delay(10);
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        // Every swap that was made follows the one whose value it saw, so that together they are one chain, in which each has its place.
        var swaps = history.Where(static one => one.Written >= 0).ToDictionary(static one => one.Seen);
        var places = new Dictionary<int, int> { [0] = 0 };
        for (var value = 0; swaps.TryGetValue(value, out var swap); value = swap.Written)
        {
            places.Add(swap.Written, places.Count);
        }

        Assert.Equal(swaps.Count + 1, places.Count);
        Assert.Equal(places.Count - 1, places[int.Parse((await engine.Store.ReadAsync(key))!, CultureInfo.InvariantCulture)]);

        // Whatever began after another had ended stands in the same place or a later one.
        var latest = -1;
        var ended = new Queue<(long Ended, int Place)>(history.OrderBy(static one => one.Ended).Select(one => (one.Ended, places[one.Written >= 0 ? one.Written : one.Seen])));
        foreach (var one in history.OrderBy(static one => one.Begun))
        {
            while (ended.TryPeek(out var before) && before.Ended < one.Begun)
            {
                latest = Math.Max(latest, ended.Dequeue().Place);
            }

            Assert.InRange(places[one.Written >= 0 ? one.Written : one.Seen], latest, int.MaxValue);
        }
    }

    // Lets others run at each call: in memory a migration would be over before they are at it.
    private static ScriptedEngine Interleaved() => new(new MemoryEngine()) { Before = static async (_, _) => await Task.Yield() };

    private static async Task<(Dictionary<StoreKey, string?> Values, Dictionary<StoreKey, (int First, List<string> Events)> Streams)> WorkAsync(MigratingEngine engine, int worker, int seed, CancellationTokenSource stop)
    {
        var random = new Random((seed * 100) + worker);
        var values = new Dictionary<StoreKey, string?>();
        var streams = new Dictionary<StoreKey, (int First, List<string> Events)>();
        var tags = new Dictionary<StoreKey, ETag>();
        for (var step = 0; !stop.IsCancellationRequested; step++)
        {
            var key = new StoreKey(Namespace, $"worker {worker}, {random.Next(15)}", random.Next(2) == 0 ? null : "tenant");
            var text = $"{step}";
            switch (random.Next(8))
            {
                case 0:
                    await engine.Store.DeleteAsync(key);
                    (values[key], tags[key]) = (null, ETag.None);
                    break;
                case 1:
                    var result = await engine.Store.PutAsync(key, Texts.Bytes(text), new(WriteCondition.Unchanged(tags.GetValueOrDefault(key))));

                    // Behind the cut-over a tag of before does not hold, and then nothing has changed.
                    (values[key], tags[key]) = (result.IsDone ? text : values.GetValueOrDefault(key), result.ETag);
                    break;
                case 2:
                    var other = key with { Name = key.Name + " other" };
                    var batch = await engine.Store.WriteAsync(new StoreBatch().Put(key, Texts.Bytes(text)).Put(other, Texts.Bytes(text)).Append(other, ExpectedVersion.Any, [Texts.Event(text)]));
                    (values[key], values[other], tags[key], tags[other]) = (text, text, batch.Results[0].ETag, batch.Results[1].ETag);
                    Events(other).Add(text);
                    break;
                case 3 or 4:
                    Assert.True((await engine.Events!.AppendAsync(key, ExpectedVersion.Of(Events(key).Count), [Texts.Event(text), Texts.Event(text + "b")])).IsDone);
                    Events(key).AddRange([text, text + "b"]);
                    break;
                case 5 when Events(key).Count > 4:
                    await engine.Events!.TrimAsync(key, Events(key).Count - 3);
                    streams[key] = (Events(key).Count - 3, Events(key));
                    break;
                case 6 when random.Next(5) == 0:
                    await engine.Events!.DeleteAsync(key);
                    streams[key] = (0, []);
                    break;
                default:
                    tags[key] = (await engine.Store.PutAsync(key, Texts.Bytes(text))).ETag;
                    values[key] = text;
                    break;
            }

            Assert.Equal(values.GetValueOrDefault(key), await engine.Store.ReadAsync(key));
            await Task.Yield();
        }

        return (values, streams);

        List<string> Events(StoreKey stream)
        {
            streams.TryAdd(stream, (0, []));
            return streams[stream].Events;
        }
    }
}
