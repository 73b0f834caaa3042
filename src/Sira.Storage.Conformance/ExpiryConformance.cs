using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Values that go by themselves.</summary>
public abstract class ExpiryConformance : StorageConformance
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Longer = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task TimeToLive_Passes_ValueIsGoneForEveryMethod()
    {
        Needs(StorageFeatures.TimeToLive);
        var tag = (await Store.PutAsync(Key("a"), Bytes("1"), new() { TimeToLive = Short })).ETag;
        await Store.PutAsync(Key("b"), Bytes("2"), new() { TimeToLive = Long });
        Assert.Equal("1", await ReadAsync("a"));

        await PassAsync(Longer);

        Assert.Null(await ReadAsync("a"));
        Assert.Equal("2", await ReadAsync("b"));
        Assert.Equal(new WriteResult(IsDone: false, ETag.None), await Store.DeleteAsync(Key("a")));
        Assert.False((await Store.PutAsync(Key("a"), Bytes("3"), new(WriteCondition.Unchanged(tag)))).IsDone);
        if (Engine.Capabilities.Has(StorageFeatures.Scan))
        {
            Assert.Equal(["b"], (await Store.ScanAsync(new StoreScan(Partition))).Items.Select(static item => item.Name));
        }

        Assert.True((await Store.PutAsync(Key("a"), Bytes("4"), new(WriteCondition.Absent))).IsDone);
    }

    [Fact]
    public async Task TimeToLive_IsTold()
    {
        Needs(StorageFeatures.TimeToLive);
        await Store.PutAsync(Key("a"), Bytes("1"), new() { TimeToLive = Long });

        var first = (await Store.GetAsync(Key("a")))!.Value.ExpiresAt!.Value;
        await PassAsync(TimeSpan.FromMilliseconds(50));
        await Store.PutAsync(Key("b"), Bytes("1"), new() { TimeToLive = Long });
        var second = (await Store.GetAsync(Key("b")))!.Value.ExpiresAt!.Value;

        Assert.InRange((second - first).TotalMilliseconds, 40, 5000);
    }

    [Fact]
    public async Task PutAsync_WithoutATime_KeepsForEver_WhateverItHadBefore()
    {
        Needs(StorageFeatures.TimeToLive);
        await Store.PutAsync(Key("a"), Bytes("1"), new() { TimeToLive = Short });
        await Store.PutAsync(Key("a"), Bytes("2"));
        await Store.PutAsync(Key("b"), Bytes("1"));
        await Store.PutAsync(Key("b"), Bytes("2"), new() { TimeToLive = Short });

        await PassAsync(Longer);

        Assert.Equal("2", await ReadAsync("a"));
        Assert.Null((await Store.GetAsync(Key("a")))!.Value.ExpiresAt);
        Assert.Null(await ReadAsync("b"));
    }

    [Fact]
    public async Task PutAsync_Refused_LeavesTheTimeAlone()
    {
        Needs(StorageFeatures.TimeToLive | StorageFeatures.Conditions);
        await Store.PutAsync(Key("a"), Bytes("1"), new() { TimeToLive = Short });
        await Store.PutAsync(Key("a"), Bytes("2"), new(WriteCondition.Absent, Long));

        await PassAsync(Longer);

        Assert.Null(await ReadAsync("a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.5)]
    public async Task TimeToLive_ThatIsNone_IsRefused(double milliseconds) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Store.PutAsync(Key("a"), Bytes("1"), new() { TimeToLive = TimeSpan.FromMilliseconds(milliseconds) }));
}
