using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Single values: what is written is read, tags change, conditions hold.</summary>
public abstract class ValueConformance : StorageConformance
{
    [Fact]
    public async Task GetAsync_NothingThere_IsNull() => Assert.Null(await Store.GetAsync(Key("a")));

    [Fact]
    public async Task PutAsync_ThenGet_IsWhatWasWritten()
    {
        var written = await Store.PutAsync(Key("a"), Bytes("hello"));

        var read = await Store.GetAsync(Key("a"));

        Assert.True(written.IsDone);
        Assert.False(written.ETag.IsNone);
        Assert.Equal("hello", Text(read));
        Assert.Equal((written.ETag, null), (read!.Value.ETag, read.Value.ExpiresAt));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(65_536)]
    [InlineData(1_048_577)]
    public async Task PutAsync_AnyLength_ComesBackBitForBit(int length)
    {
        var value = new byte[length];
        new Random(length).NextBytes(value);

        await Store.PutAsync(Key("a"), value);

        Assert.True((await Store.GetAsync(Key("a")))!.Value.Value.Span.SequenceEqual(value));
    }

    [Fact]
    public async Task PutAsync_LongestValue_IsTaken_AndOneByteMoreIsNot()
    {
        var longest = Engine.Capabilities.MaximumValueLength;
        Assert.SkipWhen(longest > 64 * 1024 * 1024, "The engine's limit is too large to try.");
        await Store.PutAsync(Key("a"), new byte[longest]);

        var refused = await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.PutAsync(Key("b"), new byte[longest + 1]));

        Assert.Contains($"{longest + 1} bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(longest, (await Store.GetAsync(Key("a")))!.Value.Value.Length);
        Assert.Null(await Store.GetAsync(Key("b")));
    }

    [Fact]
    public async Task PutAsync_CallersBufferChangesLater_ValueDoesNot()
    {
        var buffer = Bytes("hello");
        await Store.PutAsync(Key("a"), buffer);
        buffer.AsSpan().Clear();

        Assert.Equal("hello", await ReadAsync("a"));
    }

    [Fact]
    public async Task PutAsync_Again_ReplacesTheValueAndTheTag()
    {
        var tags = new HashSet<ETag>();
        for (var i = 0; i < 20; i++)
        {
            Assert.True(tags.Add((await Store.PutAsync(Key("a"), Bytes("same"))).ETag), "A tag came twice.");
        }

        await Store.DeleteAsync(Key("a"));
        Assert.True(tags.Add((await Store.PutAsync(Key("a"), Bytes("same"))).ETag), "A tag came again after the value was deleted.");
    }

    [Fact]
    public async Task Partitions_HaveNothingToDoWithEachOther()
    {
        StorePartition[] partitions = [Partition, Partition with { Tenant = null }, Partition with { Tenant = Partition.Tenant + "x" }, Partition with { Namespace = Partition.Namespace[..^1] }, Partition with { Tenant = "a" }];
        foreach (var partition in partitions)
        {
            await Store.PutAsync(partition.Key("a"), Bytes(partition.ToString()));
        }

        foreach (var partition in partitions)
        {
            Assert.Equal(partition.ToString(), Text(await Store.GetAsync(partition.Key("a"))));
        }

        Assert.True((await Store.DeleteAsync(Key("a"))).IsDone);
        Assert.NotNull(await Store.GetAsync(partitions[1].Key("a")));
        foreach (var partition in partitions)
        {
            await Store.DeleteAsync(partition.Key("a"));
        }
    }

    [Theory]
    [MemberData(nameof(HostileNames.All), MemberType = typeof(HostileNames))]
    public async Task Name_AnyText_IsOnlyItself(string name)
    {
        await Store.PutAsync(Key(name), Bytes("value"));
        await Store.PutAsync(Partition.Key("b") with { Tenant = name.Length <= 64 ? name : name[..64] }, Bytes("tenant's"));

        Assert.Equal("value", await ReadAsync(name));
        foreach (var other in (string[])[name.ToUpperInvariant() + "x", name + " ", " " + name, name + "\0"])
        {
            if (System.Text.Encoding.UTF8.GetByteCount(other) <= Engine.Capabilities.MaximumNameLength)
            {
                Assert.Null(await Store.GetAsync(Key(other)));
            }
        }

        Assert.True((await Store.DeleteAsync(Key(name))).IsDone);
        Assert.Null(await Store.GetAsync(Key(name)));
        await Store.DeleteAsync(Partition.Key("b") with { Tenant = name.Length <= 64 ? name : name[..64] });
    }

    // By number: halves of characters do not survive being an argument of a test.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Name_NoText_IsRefusedBeforeAnythingIsDone(int number)
    {
        var name = ((string[])[string.Empty, "\ud800", "a\udc00b", new string('x', 500) + "\udfff\ud800"])[number];
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.PutAsync(Key(name), Bytes("x")));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetAsync(Key(name)));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.DeleteAsync(Key(name)));
    }

    [Fact]
    public async Task Name_TooLong_IsRefused_AndTheLongestIsTaken()
    {
        var longest = new string('é', Engine.Capabilities.MaximumNameLength / 2);
        await Store.PutAsync(Key(longest), Bytes("x"));

        Assert.Equal("x", await ReadAsync(longest));
        var refused = await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetAsync(Key(longest + "é")));
        Assert.Contains("bytes in UTF-8", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public async Task Namespace_ThatIsNone_IsRefused(string @namespace) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetAsync(new StoreKey(@namespace, "a")));

    [Fact]
    public async Task Condition_Absent_HoldsOnce()
    {
        Needs(StorageFeatures.Conditions);
        var first = await Store.PutAsync(Key("a"), Bytes("1"), new(WriteCondition.Absent));

        var second = await Store.PutAsync(Key("a"), Bytes("2"), new(WriteCondition.Absent));

        Assert.Equal(new WriteResult(IsDone: false, first.ETag), second);
        Assert.Equal("1", await ReadAsync("a"));
        await Store.DeleteAsync(Key("a"));
        Assert.True((await Store.PutAsync(Key("a"), Bytes("3"), new(WriteCondition.Absent))).IsDone);
    }

    [Fact]
    public async Task Condition_Unchanged_HoldsForTheLatestTagOnly()
    {
        Needs(StorageFeatures.Conditions);
        var first = (await Store.PutAsync(Key("a"), Bytes("1"))).ETag;
        var second = (await Store.PutAsync(Key("a"), Bytes("2"), new(WriteCondition.Unchanged(first)))).ETag;

        Assert.Equal(new WriteResult(IsDone: false, second), await Store.PutAsync(Key("a"), Bytes("3"), new(WriteCondition.Unchanged(first))));
        Assert.Equal(new WriteResult(IsDone: false, second), await Store.DeleteAsync(Key("a"), new(WriteCondition.Unchanged(first))));
        Assert.Equal("2", await ReadAsync("a"));
        Assert.True((await Store.DeleteAsync(Key("a"), new(WriteCondition.Unchanged(second)))).IsDone);
        Assert.Equal(new WriteResult(IsDone: false, ETag.None), await Store.PutAsync(Key("a"), Bytes("4"), new(WriteCondition.Unchanged(second))));
        Assert.Null(await ReadAsync("a"));
    }

    [Fact]
    public async Task Condition_UnchangedFromNothing_IsAbsent()
    {
        Needs(StorageFeatures.Conditions);

        Assert.True((await Store.PutAsync(Key("a"), Bytes("1"), new(WriteCondition.Unchanged(ETag.None)))).IsDone);
        Assert.False((await Store.PutAsync(Key("a"), Bytes("2"), new(WriteCondition.Unchanged(ETag.None)))).IsDone);
    }

    [Fact]
    public async Task DeleteAsync_NothingThere_SaysSo()
    {
        Assert.Equal(new WriteResult(IsDone: false, ETag.None), await Store.DeleteAsync(Key("a")));
        await Store.PutAsync(Key("a"), Bytes("1"));
        Assert.Equal(new WriteResult(IsDone: true, ETag.None), await Store.DeleteAsync(Key("a")));
        Assert.Equal(new WriteResult(IsDone: false, ETag.None), await Store.DeleteAsync(Key("a")));
    }

    [Fact]
    public async Task Durability_MoreThanDeclared_IsRefused_AndWhatIsDeclaredIsTaken()
    {
        foreach (var durability in Enum.GetValues<StorageDurability>())
        {
            if (durability <= Engine.Capabilities.MaximumDurability)
            {
                Assert.True((await Store.PutAsync(Key("a"), Bytes("1"), new() { Durability = durability })).IsDone);
            }
            else
            {
                await Assert.ThrowsAsync<NotSupportedException>(async () => await Store.PutAsync(Key("b"), Bytes("1"), new() { Durability = durability }));
                Assert.Null(await ReadAsync("b"));
            }
        }
    }
}
