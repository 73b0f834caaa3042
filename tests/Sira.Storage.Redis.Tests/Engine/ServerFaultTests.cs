using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Tests.Support;
using Sira.Storage.Writing;
using Sira.Testing.Servers;

namespace Sira.Storage.Redis.Tests.Engine;

public sealed class ServerFaultTests : IAsyncLifetime
{
    private static readonly StorePartition Partition = new("faults", "acme");

    private readonly ListLogger logger = new();
    private TestServer server = null!;
    private RedisClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync("redis", "--enable-debug-command", "yes");
        admin = new RedisClient(new() { Endpoint = server.ConnectionString });
    }

    public async ValueTask DisposeAsync()
    {
        await admin.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task MemoryIsFull_WritesAreRefusedWhole_ReadingAndDeletingGoOn()
    {
        await using var engine = Engine();
        await engine.Store.PutAsync(Partition.Key("a"), new byte[100]);
        await admin.ExecuteAsync(new RedisCommand("CONFIG", "SET", "maxmemory", 1));

        var put = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Partition.Key("b"), new byte[100]));
        var batch = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.WriteAsync(new StoreBatch().Delete(Partition.Key("a")).Put(Partition.Key("b"), new byte[100])));

        Assert.Equal((StorageErrorKind.Full, false, StorageErrorKind.Full), (put.Kind, put.IsUncertain, batch.Kind));
        Assert.Contains("maxmemory", put.Message, StringComparison.Ordinal);
        Assert.NotNull(await engine.Store.GetAsync(Partition.Key("a")));
        Assert.True((await engine.Store.DeleteAsync(Partition.Key("a"))).IsDone);

        // An engine that is opened now can read too.
        await using var late = Engine();
        await late.OpenAsync();
        Assert.Null(await late.Store.GetAsync(Partition.Key("a")));
        Assert.Contains(2122, logger.Lines.Select(static line => line.Id));
    }

    [Fact]
    public async Task Replica_CanBeRead_AndSaysSoOfWrites()
    {
        await using var engine = Engine();
        await engine.Store.PutAsync(Partition.Key("a"), new byte[100]);
        await admin.ExecuteAsync(new RedisCommand("REPLICAOF", "127.0.0.1", 1));
        await using var late = Engine();
        await late.OpenAsync();

        foreach (var one in (RedisEngine[])[engine, late])
        {
            var put = await Assert.ThrowsAsync<StorageException>(async () => await one.Store.PutAsync(Partition.Key("a"), new byte[1]));
            Assert.Equal((StorageErrorKind.ReadOnly, false), (put.Kind, put.IsUncertain));
            Assert.Equal(100, (await one.Store.GetAsync(Partition.Key("a")))!.Value.Value.Length);
            Assert.Single((await one.Store.ScanAsync(new StoreScan(Partition))).Items);
        }
    }

    [Fact]
    public async Task Persistence_LessThanWasSaid_IsRefusedAtTheStart()
    {
        await using var engine = Engine(new() { Persistence = RedisPersistence.Always });

        var less = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());
        var use = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Partition.Key("a")));
        await admin.ExecuteAsync(new RedisCommand("CONFIG", "SET", "appendonly", "yes", "appendfsync", "always"));
        await engine.OpenAsync();
        await engine.Store.PutAsync(Partition.Key("a"), new byte[1], new() { Durability = Capabilities.StorageDurability.PowerLoss });

        Assert.Equal((StorageErrorKind.Incompatible, StorageErrorKind.Incompatible), (less.Kind, use.Kind));
        Assert.Contains("appendonly no", less.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eviction_IsReported()
    {
        await admin.ExecuteAsync(new RedisCommand("CONFIG", "SET", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru"));
        await using var engine = Engine();

        await engine.OpenAsync();

        Assert.Contains(logger.Lines, static line => line.Id == 2121 && line.Text.Contains("allkeys-lru", StringComparison.Ordinal));
    }

    [Fact]
    public async Task User_WithoutARight_IsToldAtTheStart_AndOneWithThoseThatTheDocumentationLists_Works()
    {
        string[] rights = ["+eval", "+evalsha", "+get", "+set", "+getrange", "+exists", "+del", "+time", "+zadd", "+zcard", "+zrangebylex", "+zrangebyscore", "+zrem", "+hset", "+hget", "+hdel", "+xadd", "+xrange", "+xdel", "+publish", "+subscribe", "+unsubscribe", "+ping", "+hello", "+client|setname", "+select"];
        foreach (var lacking in (string[])["+zadd", "+xdel", "+publish", "+evalsha", "~sira:*", "&sira:*"])
        {
            RedisArgument[] command = ["SETUSER", "small", "reset", "on", ">secret", .. rights.Append("~sira:*").Append("&sira:*").Where(right => right != lacking).Select(static right => (RedisArgument)right)];
            await admin.ExecuteAsync(new RedisCommand("ACL", command));
            await using var refused = Engine(new() { User = "small", Password = "secret" });

            var failure = await Assert.ThrowsAsync<StorageException>(async () => await refused.OpenAsync());
            Assert.True(failure.Kind is StorageErrorKind.Denied, $"{lacking}: {failure}");
        }

        RedisArgument[] all = ["SETUSER", "small", "reset", "on", ">secret", "~sira:*", "&sira:*", .. rights.Select(static right => (RedisArgument)right)];
        await admin.ExecuteAsync(new RedisCommand("ACL", all));
        await using var engine = Engine(new() { User = "small", Password = "secret" });
        await using var told = await engine.Changes.SubscribeAsync(Partition);
        Assert.True((await engine.Store.PutAsync(Partition.Key("a"), new byte[1], new() { TimeToLive = TimeSpan.FromHours(1) })).IsDone);
        Assert.True((await engine.Events.AppendAsync(Partition.Key("a"), default, [new Events.EventData("t", default)])).IsDone);
        Assert.Single((await engine.Store.ScanAsync(new StoreScan(Partition))).Items);
        Assert.Contains(2120, logger.Lines.Select(static line => line.Id));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "wrong-hunter2")]
    [InlineData("nobody", "wrong-hunter2")]
    public async Task Password_ThatIsWrong_IsSaidWithoutRepeatingIt(string? user, string? password)
    {
        await using var engine = Engine(new() { User = user, Password = password });
        await admin.ExecuteAsync(new RedisCommand("CONFIG", "SET", "requirepass", "secret"));

        var opening = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());
        var use = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Partition.Key("a"), new byte[1]));

        Assert.Equal((StorageErrorKind.Denied, StorageErrorKind.Denied, false), (opening.Kind, use.Kind, use.IsUncertain));
        Assert.DoesNotContain("hunter2", $"{opening}{use}", StringComparison.Ordinal);
        Assert.Contains("Set User and Password", opening.Message, StringComparison.Ordinal);
        await using var right = Engine(new() { Password = "secret" });
        await right.OpenAsync();
    }

    [Fact]
    public async Task WritesThatAreNotAnswered_AreUncertain_AndReadingIsNot()
    {
        await using var engine = Engine(new() { CommandTimeout = TimeSpan.FromMilliseconds(100) });
        await engine.OpenAsync();
        await admin.ExecuteAsync(new RedisCommand("CLIENT", "PAUSE", 400, "ALL"));

        var write = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Partition.Key("a"), new byte[1]));
        var read = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Partition.Key("a")));

        Assert.Equal((StorageErrorKind.Timeout, true, true), (write.Kind, write.IsUncertain, write.IsTransient));
        Assert.Equal((StorageErrorKind.Timeout, false), (read.Kind, read.IsUncertain));
        await admin.ExecuteAsync(new RedisCommand("PING"));
        Assert.Equal(7, await AgainAsync(engine));
    }

    [Theory]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n", StorageErrorKind.Busy)]
    [InlineData("-MOVED 1 10.0.0.1:6379\r\n", StorageErrorKind.Incompatible)]
    [InlineData("-MASTERDOWN Link with MASTER is down\r\n", StorageErrorKind.Unavailable)]
    [InlineData("-ERR max number of clients reached\r\n", StorageErrorKind.Busy)]
    [InlineData("nonsense\r\n", StorageErrorKind.Incompatible)]
    public async Task Answers_OfServersInTrouble_AreTyped(string answer, StorageErrorKind kind)
    {
        await using var scripted = new ScriptedServer(command => command switch
        {
            "HELLO" => "%0\r\n",
            "CLIENT" => "+OK\r\n",
            _ => answer,
        });
        await using var engine = new RedisEngine(new RedisEngineOptions { Endpoint = scripted.Endpoint });

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Partition.Key("a")));

        Assert.Equal(kind, failure.Kind);
    }

    // On a busy machine the first may time out once more.
    private static async Task<int> AgainAsync(RedisEngine engine)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await engine.Store.PutAsync(Partition.Key("b"), new byte[7]);
                return (await engine.Store.GetAsync(Partition.Key("b")))!.Value.Value.Length;
            }
            catch (StorageException exception) when (exception.Kind is StorageErrorKind.Timeout && attempt < 100)
            {
                // Again.
            }
        }
    }

    private RedisEngine Engine(RedisEngineOptions? options = null) => new((options ?? new()) with { Endpoint = server.ConnectionString }, loggers: logger);
}
