using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Values;
using Sira.Storage.Writing;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Writes that are made together or not at all.</summary>
public abstract class BatchConformance : StorageConformance
{
    [Fact]
    public async Task WriteAsync_PutsAndDeletes_AreAllMade()
    {
        Needs(StorageFeatures.AtomicBatch);
        var old = (await Store.PutAsync(Key("old"), Bytes("1"))).ETag;

        var result = await Store.WriteAsync(new StoreBatch()
            .Put(Key("a"), Bytes("a"))
            .Put(Key("b"), Bytes("b"), WriteCondition.Absent)
            .Delete(Key("old"), WriteCondition.Unchanged(old))
            .Delete(Key("never there"))
            .Check(Key("absent"), WriteCondition.Absent));

        Assert.True(result.IsDone);
        Assert.Equal((-1, 5), (result.RefusedAt, result.Results.Count));
        Assert.Equal((await Store.GetAsync(Key("a")))!.Value.ETag, result.Results[0].ETag);
        Assert.Equal(("a", "b", null), (await ReadAsync("a"), await ReadAsync("b"), await ReadAsync("old")));
    }

    [Fact]
    public async Task WriteAsync_OneConditionDoesNotHold_NothingIsMade_AndItIsSaidWhich()
    {
        Needs(StorageFeatures.AtomicBatch | StorageFeatures.Conditions);
        var there = (await Store.PutAsync(Key("there"), Bytes("1"))).ETag;

        var result = await Store.WriteAsync(new StoreBatch().Put(Key("a"), Bytes("a")).Put(Key("there"), Bytes("2"), WriteCondition.Absent).Delete(Key("b")));

        Assert.Equal((false, 1, there), (result.IsDone, result.RefusedAt, result.Results[1].ETag));
        Assert.Equal((null, "1"), (await ReadAsync("a"), await ReadAsync("there")));
    }

    [Fact]
    public async Task WriteAsync_CheckAlone_KeepsTheTag()
    {
        Needs(StorageFeatures.AtomicBatch | StorageFeatures.Conditions);
        var tag = (await Store.PutAsync(Key("a"), Bytes("1"))).ETag;

        Assert.True((await Store.WriteAsync(new StoreBatch().Check(Key("a"), WriteCondition.Unchanged(tag)).Put(Key("b"), Bytes("2")))).IsDone);

        Assert.Equal(tag, (await Store.GetAsync(Key("a")))!.Value.ETag);
    }

    [Fact]
    public async Task WriteAsync_TenantsAndNamespaces_InOneBatch()
    {
        Needs(StorageFeatures.AtomicBatch);
        var other = Partition with { Tenant = "other" };

        await Store.WriteAsync(new StoreBatch().Put(Key("a"), Bytes("1")).Put(other.Key("a"), Bytes("2")));

        Assert.Equal(("1", "2"), (await ReadAsync("a"), Text(await Store.GetAsync(other.Key("a")))));
    }

    [Fact]
    public async Task WriteAsync_Nothing_OrTooMuch_IsRefused()
    {
        Needs(StorageFeatures.AtomicBatch);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.WriteAsync(new StoreBatch()));
        var batch = new StoreBatch();
        for (var i = 0; i <= Engine.Capabilities.MaximumBatchLength; i++)
        {
            batch.Delete(Key($"{i}"));
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.WriteAsync(batch));
    }

    [Fact]
    public async Task WriteAsync_BadWriteInTheMiddle_NothingIsMade()
    {
        Needs(StorageFeatures.AtomicBatch);
        var batch = new StoreBatch().Put(Key("a"), Bytes("1")).Put(Key("b"), new byte[Engine.Capabilities.MaximumValueLength + 1]).Put(Key("c"), Bytes("1"));

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.WriteAsync(batch));

        Assert.Equal((null, null), (await ReadAsync("a"), await ReadAsync("c")));
    }

    [Fact]
    public async Task WriteAsync_ManyWrites_AreOne()
    {
        Needs(StorageFeatures.AtomicBatch | StorageFeatures.Conditions);
        var batch = new StoreBatch();
        for (var i = 0; i < 1000; i++)
        {
            batch.Put(Key($"{i:0000}"), Bytes($"{i}"));
        }

        Assert.True((await Store.WriteAsync(batch)).IsDone);
        Assert.Equal("999", await ReadAsync("0999"));
        var again = new StoreBatch();
        for (var i = 500; i < 1501; i++)
        {
            again.Put(Key($"{i:0000}"), Bytes("again"), i == 1000 ? WriteCondition.Unchanged(new ETag(1)) : default);
        }

        Assert.Equal(500, (await Store.WriteAsync(again)).RefusedAt);
        Assert.Equal(("500", null), (await ReadAsync("0500"), await ReadAsync("1500")));
    }

    [Fact]
    public async Task WriteAsync_ValuesAndEvents_TogetherOrNotAtAll()
    {
        Needs(StorageFeatures.AtomicBatch | StorageFeatures.AtomicAppend | StorageFeatures.Conditions);
        var log = Engine.Events!;

        var first = await Store.WriteAsync(new StoreBatch().Append(Key("s"), ExpectedVersion.New, [Event("1"), Event("2")]).Put(Key("head"), Bytes("2")));
        var refusedByStream = await Store.WriteAsync(new StoreBatch().Put(Key("head"), Bytes("3")).Append(Key("s"), ExpectedVersion.Of(1), [Event("3")]));
        var refusedByValue = await Store.WriteAsync(new StoreBatch().Append(Key("s"), ExpectedVersion.Of(2), [Event("3")]).Put(Key("head"), Bytes("3"), WriteCondition.Absent));

        Assert.Equal((true, 2L), (first.IsDone, first.Results[0].Version));
        Assert.Equal((false, 1, 2L), (refusedByStream.IsDone, refusedByStream.RefusedAt, refusedByStream.Results[1].Version));
        Assert.Equal((false, 1), (refusedByValue.IsDone, refusedByValue.RefusedAt));
        Assert.Equal(("2", 2L), (await ReadAsync("head"), await log.GetVersionAsync(Key("s"))));
    }

    [Fact]
    public async Task WriteAsync_Concurrent_NobodySeesHalf()
    {
        Needs(StorageFeatures.AtomicBatch | StorageFeatures.Conditions);
        await Store.WriteAsync(new StoreBatch().Put(Key("left"), Bytes("500")).Put(Key("right"), Bytes("500")));

        // Two accounts between which several move money: with a half made, or a lost, move the sum would change.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var moved = 0; moved < 20;)
            {
                var (left, right) = ((await Store.GetAsync(Key("left")))!.Value, (await Store.GetAsync(Key("right")))!.Value);
                var amount = random.Next(-9, 10);
                var result = await Store.WriteAsync(new StoreBatch()
                    .Put(Key("left"), Bytes($"{int.Parse(Text(left)!) - amount}"), WriteCondition.Unchanged(left.ETag))
                    .Put(Key("right"), Bytes($"{int.Parse(Text(right)!) + amount}"), WriteCondition.Unchanged(right.ETag)));
                moved += result.IsDone ? 1 : 0;
            }
        })));

        Assert.Equal(1000, int.Parse((await ReadAsync("left"))!) + int.Parse((await ReadAsync("right"))!));
    }
}
