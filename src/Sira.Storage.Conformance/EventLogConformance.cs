using System.Text;
using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Streams of events.</summary>
public abstract class EventLogConformance : StorageConformance
{
    private IEventLog Log
    {
        get
        {
            Needs(StorageFeatures.EventLog);
            return Engine.Events!;
        }
    }

    [Fact]
    public async Task AppendAsync_GivesNumbersFromOneOn_AndTheEventsComeBack()
    {
        var first = await Log.AppendAsync(Key("s"), ExpectedVersion.New, [Event("a"), new EventData("other", ReadOnlyMemory<byte>.Empty)]);
        var second = await Log.AppendAsync(Key("s"), ExpectedVersion.Any, [Event("c")]);

        var page = await Log.ReadAsync(Key("s"));

        Assert.Equal((true, 2L, true, 3L), (first.IsDone, first.Version, second.IsDone, second.Version));
        Assert.Equal([(1L, "test", "a"), (2L, "other", ""), (3L, "test", "c")], page.Events.Select(static item => (item.Version, item.Type, Encoding.UTF8.GetString(item.Data.Span))));
        Assert.All(page.Events, item => Assert.Equal(Key("s"), item.Stream));
        Assert.Equal((3L, true), (page.Next, page.IsEnd));
        Assert.Equal(3, await Log.GetVersionAsync(Key("s")));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task AppendAsync_ExpectedVersion_MustBeTheStreams(long expected, bool holds)
    {
        await Log.AppendAsync(Key("s"), ExpectedVersion.New, [Event("a"), Event("b")]);

        var result = await Log.AppendAsync(Key("s"), ExpectedVersion.Of(expected), [Event("c")]);

        Assert.Equal((holds, holds ? 3L : 2L), (result.IsDone, result.Version));
        Assert.Equal(holds ? 3 : 2, await Log.GetVersionAsync(Key("s")));
    }

    [Fact]
    public async Task ReadAsync_InPages_GivesEachEventOnce()
    {
        await Log.AppendAsync(Key("s"), ExpectedVersion.New, [.. Enumerable.Range(1, 250).Select(static number => Event($"{number}"))]);
        var read = new List<string>();
        for (long after = 0; ;)
        {
            var page = await Log.ReadAsync(Key("s"), after, maximum: 40);
            read.AddRange(page.Events.Select(static item => Encoding.UTF8.GetString(item.Data.Span)));
            after = page.Next;
            if (page.IsEnd)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, 250).Select(static number => $"{number}"), read);
        Assert.Equal((0, 250L, true), ((await Log.ReadAsync(Key("s"), 250)).Events.Count, (await Log.ReadAsync(Key("s"), 250)).Next, (await Log.ReadAsync(Key("s"), 250)).IsEnd));
    }

    [Fact]
    public async Task ReadAsync_NoSuchStream_IsEmpty()
    {
        var page = await Log.ReadAsync(Key("s"));

        Assert.Equal((0, 0L, true, 0L), (page.Events.Count, page.Next, page.IsEnd, await Log.GetVersionAsync(Key("s"))));
    }

    [Fact]
    public async Task StreamAndValue_OfOneKey_HaveNothingToDoWithEachOther()
    {
        await Log.AppendAsync(Key("s"), ExpectedVersion.New, [Event("a")]);

        Assert.Null(await ReadAsync("s"));
        await Store.PutAsync(Key("s"), Bytes("value"));
        await Store.DeleteAsync(Key("s"));
        Assert.Equal(1, await Log.GetVersionAsync(Key("s")));
    }

    [Fact]
    public async Task TrimAsync_ForgetsTheBeginning_AndKeepsTheNumbers()
    {
        await Log.AppendAsync(Key("s"), ExpectedVersion.New, [.. Enumerable.Range(1, 10).Select(static number => Event($"{number}"))]);

        Assert.Equal(4, await Log.TrimAsync(Key("s"), upTo: 4));
        Assert.Equal(0, await Log.TrimAsync(Key("s"), upTo: 4));
        Assert.Equal([5L, 6, 7], (await Log.ReadAsync(Key("s"), 0, 3)).Events.Select(static item => item.Version));
        Assert.Equal(10, await Log.GetVersionAsync(Key("s")));
        Assert.Equal(6, await Log.TrimAsync(Key("s"), upTo: 99));
        Assert.Equal((0, 10L), ((await Log.ReadAsync(Key("s"))).Events.Count, await Log.GetVersionAsync(Key("s"))));
        Assert.Equal(11, (await Log.AppendAsync(Key("s"), ExpectedVersion.Of(10), [Event("11")])).Version);
    }

    [Fact]
    public async Task DeleteAsync_ForgetsTheStream()
    {
        await Log.AppendAsync(Key("s"), ExpectedVersion.New, [Event("a")]);

        Assert.True(await Log.DeleteAsync(Key("s")));
        Assert.False(await Log.DeleteAsync(Key("s")));
        Assert.Equal((0, 0L), ((await Log.ReadAsync(Key("s"))).Events.Count, await Log.GetVersionAsync(Key("s"))));
        Assert.True((await Log.AppendAsync(Key("s"), ExpectedVersion.New, [Event("b")])).IsDone);
    }

    [Fact]
    public async Task ListAsync_GivesTheStreamsOfThePartition_ByPrefix_InPages()
    {
        foreach (var name in (string[])["b", "a/2", "a/1", "a", "é", "a/3"])
        {
            await Log.AppendAsync(Key(name), ExpectedVersion.New, [Event("x"), Event("y")]);
        }

        await Log.AppendAsync(new StoreKey(Partition.Namespace, "a/other"), ExpectedVersion.Any, [Event("x")]);
        var names = new List<string>();
        for (var scan = new StoreScan(Partition, "a/") { PageSize = 2 }; ;)
        {
            var page = await Log.ListAsync(scan);
            Assert.All(page.Streams, static stream => Assert.Equal(2, stream.Version));
            names.AddRange(page.Streams.Select(static stream => stream.Name));
            if (page.Next is null)
            {
                break;
            }

            scan = scan with { After = page.Next };
        }

        Assert.Equal(["a/1", "a/2", "a/3"], names);
        Assert.Equal(6, (await Log.ListAsync(new StoreScan(Partition))).Streams.Count);
    }

    [Fact]
    public async Task AppendAsync_Nothing_IsRefused()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.AppendAsync(Key("s"), ExpectedVersion.Any, []));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.AppendAsync(Key("s"), ExpectedVersion.Any, [new EventData("", Bytes("x"))]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Log.AppendAsync(Key("s"), ExpectedVersion.Any, [Event("x"), new EventData("t", new byte[Engine.Capabilities.MaximumValueLength + 1])]));
        Assert.Equal(0, await Log.GetVersionAsync(Key("s")));
    }

    [Fact]
    public async Task AppendAsync_Concurrent_OneOfThoseWhoReadTheSameWins()
    {
        _ = Log;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var appended = 0; appended < 15;)
            {
                var version = await Log.GetVersionAsync(Key("s"));
                appended += (await Log.AppendAsync(Key("s"), ExpectedVersion.Of(version), [Event($"{worker}.{appended}")])).IsDone ? 1 : 0;
            }
        })));

        var events = (await Log.ReadAsync(Key("s"))).Events;
        Assert.Equal(Enumerable.Range(1, 120).Select(static number => (long)number), events.Select(static item => item.Version));
        foreach (var own in events.Select(static item => Encoding.UTF8.GetString(item.Data.Span).Split('.')).GroupBy(static parts => parts[0]))
        {
            Assert.Equal(Enumerable.Range(0, 15), own.Select(static parts => int.Parse(parts[1])));
        }
    }

    [Fact]
    public async Task ReadAllAsync_WhileOthersAppend_PassesNothingBy_AndIsTheSameForAll()
    {
        Needs(StorageFeatures.GlobalOrder);
        var done = false;
        var writing = Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await Log.AppendAsync(Key($"s{worker}"), ExpectedVersion.Any, [.. Enumerable.Range(0, (i % 3) + 1).Select(part => Event($"{worker}.{i}.{part}"))]);
            }
        }))).ContinueWith(_ => Volatile.Write(ref done, true), TaskScheduler.Default);

        // One that follows closely, and one that comes afterwards, must see the same.
        var followed = new List<StoredEvent>();
        for (long after = 0; ;)
        {
            var wasDone = Volatile.Read(ref done);
            var page = await Log.ReadAllAsync(Partition.Namespace, after, 50);
            followed.AddRange(page.Events);
            after = page.Next;
            if (page.IsEnd && wasDone)
            {
                break;
            }
        }

        await writing;
        var later = (await Log.ReadAllAsync(Partition.Namespace, 0, 10_000)).Events;
        Assert.Equal(later.Select(static item => (item.Position, item.Stream.Name, item.Version)), followed.Select(static item => (item.Position, item.Stream.Name, item.Version)));
        Assert.Equal(6 * 79, later.Count);
        Assert.Equal(later.Select(static item => item.Position).Distinct().Order(), later.Select(static item => item.Position));
        Assert.All(later.GroupBy(static item => item.Stream), static stream => Assert.Equal(Enumerable.Range(1, stream.Count()).Select(static number => (long)number), stream.Select(static item => item.Version)));
    }

    [Fact]
    public async Task ReadAllAsync_DeletedAndTrimmed_AreNotThereAnyMore()
    {
        Needs(StorageFeatures.GlobalOrder);
        await Log.AppendAsync(Key("a"), ExpectedVersion.New, [Event("1"), Event("2")]);
        await Log.AppendAsync(Key("b"), ExpectedVersion.New, [Event("1")]);
        await Log.AppendAsync(Key("c"), ExpectedVersion.New, [Event("1")]);
        await Log.TrimAsync(Key("a"), 1);
        await Log.DeleteAsync(Key("b"));

        Assert.Equal([("a", 2L), ("c", 1L)], (await Log.ReadAllAsync(Partition.Namespace)).Events.Select(static item => (item.Stream.Name, item.Version)));
    }
}
