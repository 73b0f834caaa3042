using System.Text;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Tests.Support;
using Sira.Testing.Messaging;

namespace Sira.Storage.Redis.Tests.Engine;

public sealed class RedisEngineTests(SharedRedis redis)
{
    private readonly StorePartition partition = new($"t-{Guid.NewGuid():N}", "acme");

    [Fact]
    public void Validate_AllMistakes_AreNamed()
    {
        var errors = new ConfigurationErrors();
        new RedisEngineOptions { Name = " ", Endpoint = "http://x", KeyPrefix = new string('x', 200), Persistence = (RedisPersistence)9, Database = -1, CommandTimeout = TimeSpan.Zero }.Validate("a", errors);

        Assert.Equal(["a:CommandTimeout", "a:Database", "a:Endpoint", "a:KeyPrefix", "a:Name", "a:Persistence"], errors.Items.Select(static error => error.Path).Order(StringComparer.Ordinal));

        // Without the name of the type, which could be that of a client.
        Assert.Throws<SiraConfigurationException>(static () => new RedisEngine(new() { Name = "" }));
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsNamedWithTheFix()
    {
        // The port of the multiplexer that nobody runs: connections are refused.
        await using var engine = new RedisEngine(new() { Endpoint = "127.0.0.1:1" });

        var failed = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync(TestContext.Current.CancellationToken));

        Assert.Equal(StorageErrorKind.Unavailable, failed.Kind);
        Assert.Contains("127.0.0.1:1 cannot be reached: ", failed.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Look at host and port, and whether the server runs.", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RedisPersistence.None, StorageDurability.Process)]
    [InlineData(RedisPersistence.EverySecond, StorageDurability.Process)]
    [InlineData(RedisPersistence.OperatingSystem, StorageDurability.ProcessCrash)]
    [InlineData(RedisPersistence.Always, StorageDurability.PowerLoss)]
    public async Task Capabilities_SayWhatTheServerIsSaidToKeep(RedisPersistence persistence, StorageDurability durability)
    {
        await using var engine = new RedisEngine(new RedisEngineOptions { Persistence = persistence });

        Assert.Equal((durability, durability), (engine.Capabilities.DefaultDurability, engine.Capabilities.MaximumDurability));
    }

    [Fact]
    public async Task PrefixesAndDatabases_HaveNothingToDoWithEachOther()
    {
        var endpoint = (await redis.GetAsync()).ConnectionString;
        await using var first = new RedisEngine(new RedisEngineOptions { Endpoint = endpoint });
        await using var prefixed = new RedisEngine(new RedisEngineOptions { Endpoint = endpoint, KeyPrefix = "other:" });
        await using var numbered = new RedisEngine(new RedisEngineOptions { Endpoint = endpoint, Database = 3 });
        await using var told = await numbered.Changes.SubscribeAsync(partition);

        await first.Store.PutAsync(partition.Key("a"), "1"u8.ToArray());
        await numbered.Store.PutAsync(partition.Key("b"), "1"u8.ToArray());

        Assert.Null(await prefixed.Store.GetAsync(partition.Key("a")));
        Assert.Null(await numbered.Store.GetAsync(partition.Key("a")));
        await foreach (var change in told)
        {
            Assert.Equal("b", change.Key.Name);
            break;
        }
    }

    [Fact]
    public async Task TwoEngines_OfTwoProcesses_SeeEachOthersWrites_AndAreTold()
    {
        await using var here = await redis.EngineAsync();
        await using var there = await redis.EngineAsync();
        await using var told = await here.Changes!.SubscribeAsync(partition);

        var tag = (await there.Store.PutAsync(partition.Key("a"), "1"u8.ToArray())).ETag;

        Assert.Equal(tag, (await here.Store.GetAsync(partition.Key("a")))!.Value.ETag);
        await foreach (var change in told)
        {
            Assert.Equal((partition.Key("a"), tag), (change.Key, change.ETag));
            break;
        }
    }

    [Fact]
    public async Task ExpiredNames_AreClearedAway_ThoughNobodyScans()
    {
        await using var engine = await redis.EngineAsync();
        await using var client = await redis.ClientAsync();
        string[] lists = [$"sira:n:{partition.Namespace}:4:acme", $"sira:x:{partition.Namespace}:4:acme"];
        for (var i = 0; i < 100; i++)
        {
            await engine.Store.PutAsync(partition.Key($"{i}"), "1"u8.ToArray(), new() { TimeToLive = TimeSpan.FromMilliseconds(1) });
        }

        Assert.Equal(100, (await client.ExecuteAsync(new RedisCommand("ZCARD", lists[0]))).ToInteger());
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        for (var i = 0; i < 50; i++)
        {
            await engine.Store.PutAsync(partition.Key("one"), "1"u8.ToArray(), new() { TimeToLive = TimeSpan.FromHours(1) });
        }

        foreach (var list in lists)
        {
            Assert.Equal(1, (await client.ExecuteAsync(new RedisCommand("ZCARD", list))).ToInteger());
        }

        // What is deleted, or stays for ever from now on, is due no more.
        await engine.Store.PutAsync(partition.Key("one"), "1"u8.ToArray());
        Assert.Equal((1, 0), ((await client.ExecuteAsync(new RedisCommand("ZCARD", lists[0]))).ToInteger(), (await client.ExecuteAsync(new RedisCommand("ZCARD", lists[1]))).ToInteger()));
        await engine.Store.DeleteAsync(partition.Key("one"));
        Assert.Equal(0, (await client.ExecuteAsync(new RedisCommand("EXISTS", lists[0], lists[1]))).ToInteger());
    }

    [Fact]
    public async Task Pages_OfLargeValuesAndEvents_EndEarly_AndNothingIsLeftOut()
    {
        await using var engine = await redis.EngineAsync();
        var large = new byte[3 << 20];
        for (var i = 0; i < 7; i++)
        {
            await engine.Store.PutAsync(partition.Key($"{i}"), large);
            await engine.Events!.AppendAsync(partition.Key("s"), ExpectedVersion.Of(i), [new EventData("t", large)]);
        }

        var (pages, names) = (0, new List<string>());
        for (var scan = new StoreScan(partition); ; pages++)
        {
            var page = await engine.Store.ScanAsync(scan);
            names.AddRange(page.Items.Select(static item => item.Name));
            if (page.Next is null)
            {
                break;
            }

            scan = scan with { After = page.Next };
        }

        Assert.Equal((2, "0123456"), (pages, string.Concat(names)));
        foreach (var read in (Func<long, ValueTask<EventPage>>[])[after => engine.Events!.ReadAsync(partition.Key("s"), after), after => engine.Events!.ReadAllAsync(partition.Namespace, after)])
        {
            var versions = new List<long>();
            for (var page = await read(0); ; page = await read(page.Next))
            {
                Assert.InRange(page.Events.Count, 1, 3);
                versions.AddRange(page.Events.Select(static item => item.Version));
                if (page.IsEnd)
                {
                    break;
                }
            }

            Assert.Equal([1, 2, 3, 4, 5, 6, 7], versions);
        }

        await engine.Events!.DeleteAsync(partition.Key("s"));
    }

    [Fact]
    public async Task ForeignValues_AreSaidToBe_AndNothingIsMade()
    {
        await using var engine = await redis.EngineAsync();
        await using var client = await redis.ClientAsync();
        await client.ExecuteAsync(new RedisCommand("SET", $"sira:v:{partition.Namespace}:4:acme:text", "short"));
        await client.ExecuteAsync(new RedisCommand("SADD", $"sira:v:{partition.Namespace}:4:acme:set", "1"));

        foreach (var name in (string[])["text", "set"])
        {
            var read = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(partition.Key(name)));
            var written = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.WriteAsync(new Writing.StoreBatch().Put(partition.Key("before"), "1"u8.ToArray()).Put(partition.Key(name), "1"u8.ToArray())));

            Assert.Equal((StorageErrorKind.Incompatible, StorageErrorKind.Incompatible, false), (read.Kind, written.Kind, written.IsUncertain));
        }

        Assert.Null(await engine.Store.GetAsync(partition.Key("before")));
    }

    [Fact]
    public async Task Delete_OfALongStream_TakesItsEventsOutOfTheOrderToo()
    {
        await using var engine = await redis.EngineAsync();
        await using var client = await redis.ClientAsync();
        for (var i = 0; i < 5; i++)
        {
            await engine.Events!.AppendAsync(partition.Key("s"), ExpectedVersion.Any, [.. Enumerable.Range(0, 1000).Select(static number => new EventData("t", BitConverter.GetBytes(number)))]);
        }

        Assert.Equal(1234, await engine.Events!.TrimAsync(partition.Key("s"), 1234));
        Assert.Equal(5000 - 1234, (await client.ExecuteAsync(new RedisCommand("XLEN", $"sira:g:{partition.Namespace}"))).ToInteger());
        Assert.True(await engine.Events.DeleteAsync(partition.Key("s")));

        Assert.Equal(0, (await client.ExecuteAsync(new RedisCommand("XLEN", $"sira:g:{partition.Namespace}"))).ToInteger());
        Assert.Equal(0, (await client.ExecuteAsync(new RedisCommand("EXISTS", $"sira:s:{partition.Namespace}:4:acme:s", $"sira:w:{partition.Namespace}:4:acme"))).ToInteger());
    }

    [Fact]
    public async Task SomebodyElsesClient_IsUsed_AndNotDisposedOf()
    {
        await using var client = await redis.ClientAsync();
        await using (var engine = new RedisEngine(client))
        {
            await engine.OpenAsync();
            await engine.Store.PutAsync(partition.Key("a"), "1"u8.ToArray());
            Assert.Equal("1", Encoding.UTF8.GetString((await engine.Store.GetAsync(partition.Key("a")))!.Value.Value.Span));
        }

        Assert.Equal("PONG", (await client.ExecuteAsync(new RedisCommand("PING"))).ToString());
    }

    [Fact]
    public async Task DisposeAsync_SubscriptionsEnd()
    {
        var engine = await redis.EngineAsync();
        await using var told = await engine.Changes!.SubscribeAsync(partition);
        var ended = false;
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in told)
            {
            }

            ended = true;
        });

        await engine.DisposeAsync();

        await reading.WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.HoldsAsync(() => ended, "the subscription ends");
    }
}
