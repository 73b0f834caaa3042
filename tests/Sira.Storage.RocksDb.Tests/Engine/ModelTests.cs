using System.Text;
using Sira.Simulation.Time;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Tests.Engine;

/// <summary>Random operations, with restarts, compactions and time that passes, beside a model that is too simple to be wrong.</summary>
public sealed class ModelTests
{
    private static readonly string[] Names = ["a", "a\0", "a/b", "b", "é", "\U0001F9E0", "\uFFFF"];
    private static readonly StorePartition[] Partitions = [new("model"), new("model", "t"), new("model", "t\0"), new("model2", "t")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Operations_AtRandom_DoWhatTheModelDoes(int seed)
    {
        using var folder = new RocksDbFolder();
        var (random, time, model) = (new Random(seed), new VirtualTimeProvider(), new EngineModel());
        var engine = new RocksDbEngine(folder.Options, time);
        for (var step = 0; step < 1500; step++)
        {
            var key = Partitions[random.Next(Partitions.Length)].Key(Names[random.Next(Names.Length)]);
            var value = Encoding.UTF8.GetBytes($"{seed} {step}");
            switch (random.Next(14))
            {
                case 0 or 1 or 2:
                    TimeSpan? life = random.Next(3) == 0 ? TimeSpan.FromMinutes(random.Next(1, 20)) : null;
                    var (condition, holds) = Condition(random, model, key, time.GetUtcNow());
                    var put = await engine.Store.PutAsync(key, value, new(condition, life));
                    Assert.Equal(holds, put.IsDone);
                    if (holds)
                    {
                        model.Values[key] = (value, put.ETag, life is { } span ? time.GetUtcNow() + span : null);
                    }

                    break;
                case 3:
                    Assert.Equal(model.Find(key, time.GetUtcNow()) is not null, (await engine.Store.DeleteAsync(key)).IsDone);
                    model.Values.Remove(key);
                    break;
                case 4 or 5:
                    var expected = random.Next(2) == 0 ? ExpectedVersion.Any : ExpectedVersion.Of(random.Next(6));
                    var append = await engine.Events.AppendAsync(key, expected, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new EventData("t", value))]);
                    Assert.Equal(expected.Holds(model.VersionOf(key)), append.IsDone);
                    model.Append(key, append, value);
                    break;
                case 6:
                    var upTo = random.Next(8);
                    Assert.Equal(model.Trim(key, upTo), await engine.Events.TrimAsync(key, upTo));
                    break;
                case 7 when random.Next(3) == 0:
                    Assert.Equal(model.Delete(key), await engine.Events.DeleteAsync(key));
                    break;
                case 8:
                    var other = key with { Name = key.Name + "x" };
                    var (guard, isFree) = Condition(random, model, other, time.GetUtcNow());
                    var batch = await engine.Store.WriteAsync(new StoreBatch().Put(key, value).Check(other, guard).Append(key, ExpectedVersion.Any, [new("b", value)]));
                    Assert.Equal(isFree, batch.IsDone);
                    if (isFree)
                    {
                        model.Values[key] = (value, batch.Results[0].ETag, null);
                        model.Append(key, new AppendResult(IsDone: true, batch.Results[2].Version), value);
                    }

                    break;
                case 9:
                    time.Advance(TimeSpan.FromMinutes(random.Next(1, 10)));
                    break;
                case 10 when random.Next(15) == 0:
                    await engine.CompactAsync();
                    break;
                case 11 when random.Next(15) == 0:
                    await engine.DisposeAsync();
                    engine = new RocksDbEngine(folder.Options, time);
                    break;
                case 12 when random.Next(10) == 0:
                    await model.CompareAsync(engine, Partitions, time.GetUtcNow(), $"seed {seed}, step {step}");
                    break;
                default:
                    Assert.Equal(model.Find(key, time.GetUtcNow()), (await engine.Store.GetAsync(key))?.Value.ToArray());
                    break;
            }
        }

        await model.CompareAsync(engine, Partitions, time.GetUtcNow(), $"seed {seed}, at the end");
        await engine.DisposeAsync();
    }

    private static (WriteCondition Condition, bool Holds) Condition(Random random, EngineModel model, StoreKey key, DateTimeOffset now)
    {
        var isThere = model.Find(key, now) is not null;
        return random.Next(4) switch
        {
            0 => (WriteCondition.Absent, !isThere),
            1 when model.Values.TryGetValue(key, out var stored) => (WriteCondition.Unchanged(stored.Tag), isThere),
            2 => (WriteCondition.Unchanged(new Values.ETag(1)), model.Values.TryGetValue(key, out var stored) && isThere && stored.Tag.Number == 1),
            _ => (WriteCondition.None, true),
        };
    }
}
