using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Writing;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Engines.Sqlite;

public sealed class SqliteWriterTests : IAsyncDisposable
{
    private static readonly StoreKey Key = new("tests", "a");

    private readonly TemporaryFile file = new();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Theory]
    [InlineData(StorageDurability.ProcessCrash)]
    [InlineData(StorageDurability.PowerLoss)]
    public async Task ManyCallers_MixedWrites_LoseNothing_AndNeverFindItBusy(StorageDurability durability)
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, Durability = durability });

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await engine.Store.PutAsync(Key with { Name = $"{caller}/{i}" }, new byte[200]);
                await engine.Events.AppendAsync(Key, default, [new EventData("t", BitConverter.GetBytes((caller * 1000) + i))]);
                Assert.NotNull(await engine.Store.GetAsync(Key with { Name = $"{caller}/{i}" }));
                await engine.Store.WriteAsync(new StoreBatch { Durability = StorageDurability.ProcessCrash }.Delete(Key with { Name = $"{caller}/{i}" }).Put(Key with { Name = $"{caller}:{i}" }, default));
            }
        })));

        var events = (await engine.Events.ReadAsync(Key, 0, 10_000, TestContext.Current.CancellationToken)).Events;
        Assert.Equal(Enumerable.Range(1, 800).Select(static i => (long)i), events.Select(static item => item.Version));
        Assert.Equal(800, events.Select(static item => BitConverter.ToInt32(item.Data.Span)).Distinct().Count());
        Assert.Equal(800, (await engine.Store.ScanAsync(new StoreScan(Key.Partition) { PageSize = 1000 }, TestContext.Current.CancellationToken)).Items.Count);
    }

    [Fact]
    public async Task Dispose_WhileManyWrite_EachIsKeptOrTold()
    {
        var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, Durability = StorageDurability.PowerLoss });
        await engine.OpenAsync(TestContext.Current.CancellationToken);
        var kept = 0;
        var writers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    await engine.Store.PutAsync(Key with { Name = $"{caller}/{i}" }, new byte[10]);
                    Interlocked.Increment(ref kept);
                }
            }
            catch (StorageException exception)
            {
                Assert.Equal(StorageErrorKind.Closed, exception.Kind);
            }
        })).ToArray();
        await Eventually.HoldsAsync(() => Volatile.Read(ref kept) > 50, "they write");

        await engine.DisposeAsync();
        await Task.WhenAll(writers);

        await using var next = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        Assert.Equal(kept, await CountAsync(next));
    }

    [Fact]
    public async Task Queue_Full_IsSaid_AndNothingIsWritten()
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, MaximumQueue = 4, Durability = StorageDurability.PowerLoss });
        await engine.OpenAsync(TestContext.Current.CancellationToken);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            try
            {
                await engine.Store.PutAsync(Key with { Name = $"{i}" }, new byte[10]);
                return 1;
            }
            catch (StorageException exception) when (exception is { Kind: StorageErrorKind.Busy, IsUncertain: false, IsTransient: true })
            {
                return 0;
            }
        }));

        Assert.Contains(0, results);
        Assert.Equal(results.Sum(), await CountAsync(engine));
    }

    [Theory]
    [InlineData(StorageDurability.ProcessCrash)]
    [InlineData(StorageDurability.PowerLoss)]
    public async Task DiskThatFailed_WritesNoMore_AndSaysThatTryingAgainIsOfNoUse(StorageDurability durability)
    {
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path, Durability = durability });
        await engine.Store.PutAsync(Key, "1"u8.ToArray());

        // As SQLite tells of a write or a sync that the system has refused.
        var first = await Assert.ThrowsAsync<StorageException>(async () => await engine.WriteAsync<int, int>(0, (_, _) => throw SqliteErrors.Make("sqlite", file.Path, 778, "disk I/O error"), durability, default));
        var next = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key, "2"u8.ToArray()));

        Assert.Equal((true, false), (first.IsUncertain, next.IsUncertain));
        Assert.Equal((StorageErrorKind.Unavailable, StorageErrorKind.ReadOnly), (first.Kind, next.Kind));
        foreach (var failed in (StorageException[])[first, next])
        {
            Assert.False(failed.IsTransient);
            Assert.Contains("restart the process", failed.Message, StringComparison.Ordinal);
        }

        Assert.Equal("1"u8.ToArray(), (await engine.Store.GetAsync(Key))!.Value.Value.ToArray());
    }

    private static async Task<int> CountAsync(SqliteEngine engine)
    {
        var count = 0;
        var scan = new StoreScan(Key.Partition) { KeysOnly = true, PageSize = 10_000 };
        for (StorePage page; ; scan = scan with { After = page.Next })
        {
            page = await engine.Store.ScanAsync(scan);
            count += page.Items.Count;
            if (page.Next is null)
            {
                return count;
            }
        }
    }
}
