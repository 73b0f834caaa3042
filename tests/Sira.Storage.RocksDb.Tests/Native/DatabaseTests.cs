using System.Text;
using Sira.Storage.RocksDb.Native;

namespace Sira.Storage.RocksDb.Tests.Native;

public sealed class DatabaseTests
{
    [Fact]
    public void MultiGet_SomeAreThere_EachIsGivenAtItsIndex()
    {
        using var native = new NativeDatabase();
        native.Put("a", "1");
        native.Put("c", "");
        using var reads = new ReadOptions();
        var found = new List<string?>();

        native.Database.MultiGet(native.Family, reads, "abcdd"u8, [1, 2, 3, 5], found, static (found, index, isThere, value) =>
        {
            Assert.Equal(found.Count, index);
            found.Add(isThere ? Encoding.UTF8.GetString(value) : null);
        });

        Assert.Equal(["1", null, "", null], found);
    }

    [Fact]
    public void Batch_PartsAndRanges_AreWrittenAsOne()
    {
        using var native = new NativeDatabase();
        foreach (var key in (string[])["a", "b", "c", "d"])
        {
            native.Put(key, key);
        }

        using var batch = new WriteBatch();
        using var reads = new ReadOptions();
        using var writes = new WriteOptions(sync: true);
        batch.Put(native.Family, "e"u8, "he"u8, "ad"u8);
        batch.Put(native.Family, "f"u8, default);
        batch.DeleteRange(native.Family, "b"u8, "d"u8);
        batch.Delete(native.Family, "d"u8);
        Assert.Null(native.Get("e", reads));

        native.Database.Write(batch, writes);

        Assert.Equal(["a", null, null, null, "head", ""], ((string[])["a", "b", "c", "d", "e", "f"]).Select(key => native.Get(key, reads)));
        Assert.Equal(4, batch.Count);
        batch.Clear();
        Assert.Equal((0, 0L), (batch.Count, batch.Bytes));
    }

    [Fact]
    public void Snapshot_AndIterator_SeeWhatWasThere()
    {
        using var native = new NativeDatabase();
        native.Put("a", "1");
        using var snapshot = new Snapshot(native.Database);
        using var reads = new ReadOptions(snapshot: snapshot);
        using var plain = new ReadOptions();
        using var iterator = new Iterator(native.Database, plain, native.Family);
        native.Put("a", "2");
        native.Put("b", "2");

        Assert.Equal(("1", "2", null), (native.Get("a", reads), native.Get("a", plain), native.Get("b", reads)));
        Assert.True(iterator.First());
        Assert.Equal("1", Encoding.UTF8.GetString(iterator.Value));
        Assert.False(iterator.Next());
    }

    [Fact]
    public void Iterator_UpperBound_IsKeptThoughItsOptionsAreDisposedOf()
    {
        using var native = new NativeDatabase();
        for (var i = 0; i < 100; i++)
        {
            native.Put($"{i:000}", "x");
        }

        Iterator iterator;
        using (var reads = new ReadOptions("050"u8))
        {
            iterator = new Iterator(native.Database, reads, native.Family);
        }

        using (iterator)
        {
            // Others take the memory that would have been freed.
            for (var i = 0; i < 1000; i++)
            {
                new ReadOptions("000"u8).Dispose();
            }

            var count = 0;
            for (var isThere = iterator.Seek("010"u8); isThere; isThere = iterator.Next())
            {
                count++;
            }

            Assert.Equal(40, count);
        }
    }

    [Fact]
    public void Open_UnknownSetting_IsAnError()
    {
        using var folder = new RocksDbFolder();

        var refused = Assert.Throws<NativeException>(() => new DatabaseOptions("no_such_setting=1"));

        Assert.Equal(NativeStatus.InvalidArgument, refused.Status);
    }
}
