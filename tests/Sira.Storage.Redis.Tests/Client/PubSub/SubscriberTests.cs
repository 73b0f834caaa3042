using Sira.Storage.Redis.Client;
using Sira.Storage.Redis.Tests.Support;
using Sira.Testing.Servers;

namespace Sira.Storage.Redis.Tests.Client.PubSub;

public sealed class SubscriberTests(SharedRedis redis)
{
    private readonly byte[] channel = Guid.NewGuid().ToByteArray();

    [Fact]
    public async Task SubscribeAsync_WhatIsPublishedAfterIt_IsHeardByAll()
    {
        await using var client = await redis.ClientAsync();
        var (first, second) = (new ListListener(), new ListListener());
        await using var one = await client.SubscribeAsync(channel, first);
        var two = await client.SubscribeAsync(channel, second);

        await client.ExecuteAsync(new RedisCommand("PUBLISH", channel, "a"));
        Assert.Equal(("a", "a"), (await first.NextAsync(), await second.NextAsync()));
        await two.DisposeAsync();
        await two.DisposeAsync();
        await client.ExecuteAsync(new RedisCommand("PUBLISH", channel, "b"));

        Assert.Equal("b", await first.NextAsync());
        Assert.False(second.TryNext(out _));
        await one.DisposeAsync();
        Assert.Equal(0, (await client.ExecuteAsync(new RedisCommand("PUBLISH", channel, "c"))).ToInteger());
    }

    [Fact]
    public async Task SubscribeAsync_ConnectionIsLost_ListensAgain_AndSaysThatItMissedSome()
    {
        await using var server = await TestServer.StartAsync("redis");
        await using var client = new RedisClient(new() { Endpoint = server.ConnectionString });
        await using var other = new RedisClient(new() { Endpoint = server.ConnectionString });
        var listener = new ListListener();
        await using var listening = await client.SubscribeAsync(channel, listener);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(1, (await other.ExecuteAsync(new RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"))).ToInteger());
            Assert.Equal(ListListener.Missed, await listener.NextAsync());
            await other.ExecuteAsync(new RedisCommand("PUBLISH", channel, $"{i}"));
            Assert.Equal($"{i}", await listener.NextAsync());
        }
    }

    [Fact]
    public async Task SubscribeAsync_ServerRestarts_ListensAgain()
    {
        await using var server = await TestServer.StartAsync("redis");
        await using var client = new RedisClient(new() { Endpoint = server.ConnectionString, MaximumReconnectDelay = TimeSpan.FromMilliseconds(100) });
        var listener = new ListListener();
        await using var listening = await client.SubscribeAsync(channel, listener);

        await server.KillAsync();
        await server.StartAsync();

        Assert.Equal(ListListener.Missed, await listener.NextAsync());
        await client.ConnectAsync();
        await client.ExecuteAsync(new RedisCommand("PUBLISH", channel, "again"));
        Assert.Equal("again", await listener.NextAsync());
    }

    [Fact]
    public async Task SubscribeAsync_ManyComeAndGo_WhileTheConnectionIsKilled_WhoStaysHears()
    {
        await using var server = await TestServer.StartAsync("redis");
        await using var client = new RedisClient(new() { Endpoint = server.ConnectionString, ReconnectDelay = TimeSpan.FromMilliseconds(5) });
        await using var other = new RedisClient(new() { Endpoint = server.ConnectionString });
        var listener = new ListListener();
        await using var listening = await client.SubscribeAsync(channel, listener);
        var killing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await other.ExecuteAsync(new RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"));
                await Task.Delay(10);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            while (!killing.IsCompleted)
            {
                try
                {
                    await using var own = await client.SubscribeAsync(new[] { (byte)worker }, new ListListener());
                }
                catch (RedisException exception)
                {
                    Assert.Equal(RedisErrorKind.Connection, exception.Kind);
                    await Task.Delay(1);
                }
            }
        })));
        await killing;

        // Again and again, since the last kill may be under way.
        for (var heard = string.Empty; heard != "end";)
        {
            await other.ExecuteAsync(new RedisCommand("PUBLISH", channel, "end"));
            await Task.Delay(5);
            heard = listener.TryNext(out var text) ? text : string.Empty;
        }
    }

    [Fact]
    public async Task DisposeAsync_ListenersAreTold()
    {
        var client = await redis.ClientAsync();
        var listener = new ListListener();
        await client.SubscribeAsync(channel, listener);

        await client.DisposeAsync();

        Assert.Equal(ListListener.Closed, await listener.NextAsync());
    }
}
