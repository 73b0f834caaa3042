using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Tests;

public sealed class PartitionTests : PostgreSqlTest
{
    // More than a page, in two tables, with nobody's tenant among them.
    [Fact]
    public async Task ListPartitionsAsync_Many_AreListedOnce()
    {
        var engine = NewEngine(SharedServer.Options(SharedServer.NewName("partitions")));
        var expected = new HashSet<StorePartition>();
        var batch = new StoreBatch();
        for (var i = 0; i < 350; i++)
        {
            var partition = new StorePartition($"n{i % 3}", i < 3 ? null : $"t{i}");
            expected.Add(partition);
            _ = i % 2 == 0 ? batch.Put(partition.Key("a"), Bytes("1")).Put(partition.Key("b"), Bytes("1")) : batch.Append(partition.Key("s"), default, [Event("1")]);
        }

        await engine.Store.WriteAsync(batch);

        Assert.Equal(expected.Count, (await ListAsync(engine, null)).Count);
        Assert.Equal(expected, (await ListAsync(engine, null)).ToHashSet());
        Assert.Equal(expected.Where(static partition => partition.Namespace == "n1").ToHashSet(), (await ListAsync(engine, "n1")).ToHashSet());
        Assert.Empty(await ListAsync(engine, "n"));
    }

    private static async Task<List<StorePartition>> ListAsync(PostgreSqlEngine engine, string? @namespace)
    {
        var found = new List<StorePartition>();
        await foreach (var partition in engine.ListPartitionsAsync(@namespace))
        {
            found.Add(partition);
        }

        return found;
    }
}
