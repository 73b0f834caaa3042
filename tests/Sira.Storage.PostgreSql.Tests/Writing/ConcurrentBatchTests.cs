using Sira.Storage.Events;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Tests.Writing;

public sealed class ConcurrentBatchTests : PostgreSqlTest
{
    // A deadlock would be resolved by the server after a second and the batch made again: nobody would see it but in the statistics.
    [Fact]
    public async Task WriteAsync_SameKeysInAnyOrder_WithSingleWritesBetween_NeverDeadlock()
    {
        PostgreSqlEngine[] engines = [NewEngine(), NewEngine()];
        await engines[0].OpenAsync();
        var before = await SharedServer.AskAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var engine = engines[worker % 2];
            for (var i = 0; i < 30; i++)
            {
                var names = Enumerable.Range(0, 8).Select(static number => $"k{number}").ToArray();
                random.Shuffle(names);
                var batch = new StoreBatch();
                var isUnconditional = random.Next(2) == 0;
                foreach (var name in names.Take(random.Next(2, 8)))
                {
                    var key = Key(name) with { Namespace = Partition.Namespace + (name == "k1" ? "x" : string.Empty) };
                    _ = random.Next(isUnconditional ? 2 : 4) switch
                    {
                        0 => batch.Put(key, Bytes("1")),
                        1 => batch.Append(key, ExpectedVersion.Any, [Event("1")]),
                        2 => batch.Delete(key),
                        _ => batch.Check(key, random.Next(2) == 0 ? WriteCondition.None : WriteCondition.Absent),
                    };
                }

                await engine.Store.WriteAsync(batch);
                await Task.WhenAll(
                    engine.Store.PutAsync(Key(names[0]), Bytes("1")).AsTask(),
                    engine.Store.DeleteAsync(Key(names[1])).AsTask(),
                    engine.Events.AppendAsync(Key(names[2]), ExpectedVersion.Any, [Event("1")]).AsTask(),
                    engine.Events.TrimAsync(Key(names[3]), 2).AsTask(),
                    engine.Events.DeleteAsync(Key(names[4])).AsTask());
            }
        })));

        await Task.Delay(1200);
        Assert.Equal(before, await SharedServer.AskAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
        Assert.Equal(0L, await SharedServer.AskAsync("SELECT count(*) FROM sira.event AS e WHERE NOT EXISTS (SELECT FROM sira.stream AS s WHERE s.id = e.stream)"));
    }

    [Fact]
    public async Task Check_Absent_KeepsOthersFromPutting()
    {
        var engine = NewEngine();
        for (var round = 0; round < 20; round++)
        {
            // Each puts its own unless the other's is there: with a check that does not hold until the commit both would.
            string[] names = [$"left {round}", $"right {round}"];
            var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(side => Task.Run(async () =>
                await engine.Store.WriteAsync(new StoreBatch().Check(Key(names[1 - side]), WriteCondition.Absent).Put(Key(names[side]), Bytes("1"))))));

            Assert.Single(results, static result => result.IsDone);
        }
    }

    [Fact]
    public async Task WriteAsync_OnConditionOfTagsOfAnotherEngine_IsRefused()
    {
        var engine = NewEngine();
        await engine.Store.PutAsync(Key("a"), Bytes("1"));

        Assert.False((await engine.Store.PutAsync(Key("a"), Bytes("2"), new(WriteCondition.Unchanged(new ETag("of another"))))).IsDone);
        Assert.False((await engine.Store.DeleteAsync(Key("a"), new(WriteCondition.Unchanged(new ETag("of another"))))).IsDone);
        Assert.Equal("1", Text(await engine.Store.GetAsync(Key("a"))));
    }
}
