using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Tests.Support;
using Sira.Testing.Servers;

namespace Sira.Storage.Redis.Tests.Client;

public sealed class RedisClientTests(SharedRedis redis)
{
    private static readonly RedisClientOptions Quick = new() { ReconnectDelay = TimeSpan.FromMilliseconds(20), MaximumReconnectDelay = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task ExecuteAsync_ServerRefuses_SaysWhatTheServerSays()
    {
        await using var client = await redis.ClientAsync();
        var key = $"{Guid.NewGuid()}";
        await client.ExecuteAsync(new RedisCommand("SET", key, "text"));

        var refused = await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(new RedisCommand("INCR", key)));
        var wrong = await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(new RedisCommand("ZCARD", key)));

        Assert.Equal((RedisErrorKind.Server, "ERR", false), (refused.Kind, refused.Code, refused.WasSent));
        Assert.Equal("WRONGTYPE", wrong.Code);
        Assert.Equal("text", (await client.ExecuteAsync(new RedisCommand("GET", key))).ToString());
    }

    [Fact]
    public async Task EvaluateAsync_ServerForgetsTheScript_IsGivenItAgain()
    {
        await using var client = await redis.ClientAsync();
        var script = new RedisScript("return {ARGV[1], #ARGV} -- " + Guid.NewGuid());

        for (var i = 0; i < 3; i++)
        {
            var answer = await client.EvaluateAsync(script, new RedisArgument[] { "a", "b" });
            Assert.Equal(("a", 2L), (answer.Items[0].ToString(), answer.Items[1].ToInteger()));
            await client.ExecuteAsync(new RedisCommand("SCRIPT", "FLUSH"));
        }

        var refused = await Assert.ThrowsAsync<RedisException>(async () => await client.EvaluateAsync(new RedisScript("return nonsense("), default));
        Assert.Contains("compiling script", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecuteAsync_ManyAtOnce_EachGetsItsOwn()
    {
        await using var client = await redis.ClientAsync();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.Equal($"{caller}.{i}", (await client.ExecuteAsync(new RedisCommand("ECHO", $"{caller}.{i}"))).ToString());
            }
        })));
    }

    [Fact]
    public async Task ExecuteAsync_ServerPauses_TimesOut_AndNothingIsPoisoned()
    {
        await using var server = await TestServer.StartAsync("redis");
        await using var pauser = new RedisClient(new() { Endpoint = server.ConnectionString });
        await using var client = new RedisClient(Quick with { Endpoint = server.ConnectionString, CommandTimeout = TimeSpan.FromMilliseconds(100) });
        await client.ExecuteAsync(new RedisCommand("SET", "a", "1"));
        await pauser.ExecuteAsync(new RedisCommand("CLIENT", "PAUSE", 500, "ALL"));

        var asked = Enumerable.Range(0, 20).Select(number => client.ExecuteAsync(new RedisCommand("ECHO", $"{number}")).AsTask()).ToList();
        foreach (var one in asked)
        {
            Assert.Equal(RedisErrorKind.Timeout, (await Assert.ThrowsAsync<RedisException>(() => one)).Kind);
        }

        await pauser.ExecuteAsync(new RedisCommand("PING"));
        for (var (i, failures) = (0, 0); i < 20;)
        {
            try
            {
                Assert.Equal($"after {i}", (await client.ExecuteAsync(new RedisCommand("ECHO", $"after {i}"))).ToString());
                i++;
            }
            catch (RedisException exception) when (exception.Kind is RedisErrorKind.Timeout && failures++ < 100)
            {
                // On a busy machine.
            }
        }
    }

    [Fact]
    public async Task ExecuteAsync_NoServer_FailsAtOnce_AndWorksWhenThereIsOne()
    {
        await using var server = await TestServer.StartAsync("redis");
        await using var client = new RedisClient(Quick with { Endpoint = server.ConnectionString });
        await server.KillAsync();

        var atStart = await Assert.ThrowsAsync<RedisException>(async () => await client.ConnectAsync());
        var later = await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(new RedisCommand("PING")));
        await server.StartAsync();
        await client.ConnectAsync();

        Assert.Equal((RedisErrorKind.Connection, RedisErrorKind.Connection, false), (atStart.Kind, later.Kind, later.WasSent));
        Assert.Contains(server.ConnectionString, atStart.Message, StringComparison.Ordinal);
        Assert.Equal("PONG", (await client.ExecuteAsync(new RedisCommand("PING"))).ToString());
    }

    [Fact]
    public async Task ExecuteAsync_ConnectionIsKilled_ReadingGoesOn_WritingIsToldItMayHaveBeenDone()
    {
        await using var server = await TestServer.StartAsync("redis");
        var logger = new ListLogger();
        await using var client = new RedisClient(Quick with { Endpoint = server.ConnectionString, ClientName = "victim" }, logger: logger);
        await client.ExecuteAsync(new RedisCommand("SET", "a", "1"));

        await using var other = new RedisClient(Quick with { Endpoint = server.ConnectionString });
        await other.ExecuteAsync(new RedisCommand("CLIENT", "PAUSE", 5000, "WRITE"));
        var number = (await client.ExecuteAsync(new RedisCommand("CLIENT", "ID"))).ToInteger();
        var writing = client.ExecuteAsync(new RedisCommand("SET", "a", "2")).AsTask();
        await other.ExecuteAsync(new RedisCommand("CLIENT", "KILL", "ID", number));
        await other.ExecuteAsync(new RedisCommand("CLIENT", "UNPAUSE"));

        var lost = await Assert.ThrowsAsync<RedisException>(() => writing);
        var names = (await client.ExecuteAsync(new RedisCommand("CLIENT", "LIST") { IsIdempotent = true })).ToString();

        Assert.Equal((RedisErrorKind.Connection, true), (lost.Kind, lost.WasSent));
        Assert.Contains("name=victim", names, StringComparison.Ordinal);
        Assert.Contains(2101, logger.Lines.Select(static line => line.Id));
    }

    [Fact]
    public async Task ExecuteAsync_LostBeforeTheAnswer_OnlyWhatDoesNoHarmTwiceIsSentAgain()
    {
        var (reads, writes) = (0, 0);
        await using var server = new ScriptedServer(command => command switch
        {
            "HELLO" => "%0\r\n",
            "GET" => Interlocked.Increment(ref reads) == 1 ? ScriptedServer.HangUp : "$1\r\n1\r\n",
            "INCR" => Interlocked.Increment(ref writes) == 1 ? ScriptedServer.HangUp : ":2\r\n",
            _ => "+OK\r\n",
        });
        await using var client = new RedisClient(Quick with { Endpoint = server.Endpoint });

        Assert.Equal("1", (await client.ExecuteAsync(new RedisCommand("GET", "a") { IsIdempotent = true })).ToString());
        var lost = await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(new RedisCommand("INCR", "a")));

        Assert.Equal((2, 1), (reads, writes));
        Assert.Equal((RedisErrorKind.Connection, true), (lost.Kind, lost.WasSent));
    }

    [Fact]
    public async Task ExecuteAsync_ConnectionsThatDieAtOnce_AreNotMadeInAStorm()
    {
        await using var server = new ScriptedServer(static command => command is "HELLO" ? "%0\r\n" : command is "CLIENT" ? "+OK\r\n+nobody asked\r\n" : null);
        await using var client = new RedisClient(Quick with { Endpoint = server.Endpoint });
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMilliseconds(500))
        {
            await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(new RedisCommand("PING")));
            await Task.Delay(1);
        }

        Assert.InRange(server.Connections, 1, 60);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", RedisErrorKind.Protocol, "no Redis protocol")]
    [InlineData("-MOVED 866 10.0.0.1:6379\r\n", RedisErrorKind.Cluster, "clusters are not supported")]
    [InlineData("%1\r\n+mode\r\n+cluster\r\n", RedisErrorKind.Cluster, "clusters are not supported")]
    [InlineData("-ERR max number of clients reached\r\n", RedisErrorKind.Server, "max number of clients")]
    [InlineData(null, RedisErrorKind.Connection, "could not be connected to within")]
    public async Task ConnectAsync_NoServerOfOurs_SaysWhy(string? answer, RedisErrorKind kind, string message)
    {
        await using var server = new ScriptedServer(_ => answer);
        await using var client = new RedisClient(Quick with { Endpoint = server.Endpoint, ConnectTimeout = TimeSpan.FromMilliseconds(300) });

        var failure = await Assert.ThrowsAsync<RedisException>(async () => await client.ConnectAsync());

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_ServerWithoutHello_SpeaksResp2()
    {
        await using var server = await TestServer.StartAsync("redis", "--rename-command", "HELLO", "", "--requirepass", "secret");
        await using var client = new RedisClient(Quick with { Endpoint = $"redis://:secret@{server.ConnectionString}/2" });
        var listener = new ListListener();
        await using var listening = await client.SubscribeAsync("c"u8.ToArray(), listener);

        await client.ExecuteAsync(new RedisCommand("SET", "a", "1"));
        await client.ExecuteAsync(new RedisCommand("PUBLISH", "c", "hello"));

        Assert.True((await client.ExecuteAsync(new RedisCommand("GET", "b"))).IsNull);
        Assert.Contains("db=2", (await client.ExecuteAsync(new RedisCommand("CLIENT", "INFO"))).ToString(), StringComparison.Ordinal);
        Assert.Equal("hello", await listener.NextAsync());
    }

    [Fact]
    public async Task DisposeAsync_ThenAnything_SaysClosed()
    {
        var client = await redis.ClientAsync();
        await client.ExecuteAsync(new RedisCommand("PING"));
        await client.DisposeAsync();
        await client.DisposeAsync();

        Assert.Equal(RedisErrorKind.Closed, (await Assert.ThrowsAsync<RedisException>(async () => await client.ExecuteAsync(new RedisCommand("PING")))).Kind);
        Assert.Equal(RedisErrorKind.Closed, (await Assert.ThrowsAsync<RedisException>(async () => await client.SubscribeAsync("c"u8.ToArray(), new ListListener()))).Kind);
    }
}
