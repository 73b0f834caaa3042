using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Testing.Servers;

namespace Sira.Storage.Redis.Tests.Engine;

public sealed class RestartTests
{
    private static readonly StorePartition Partition = new("restarts");

    // eng/soak-redis.sh asks for more.
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("SIRA_SOAK_REDIS_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 5;

    [Fact]
    public async Task Kill_UnderLoad_WhatWasAcknowledgedIsThere_WhatWasSaidNotToBeMadeIsNot_AndItGoesOn()
    {
        await using var server = await TestServer.StartAsync("redis", "--appendonly", "yes", "--appendfsync", "always");
        await using var engine = new RedisEngine(new RedisEngineOptions { Endpoint = server.ConnectionString, Persistence = RedisPersistence.Always });
        await engine.OpenAsync();
        var kinds = new ConcurrentBag<StorageErrorKind>();
        using var stop = new CancellationTokenSource();
        var writing = Enumerable.Range(0, 8).Select(number => Task.Run(() => CountAsync(engine, Partition.Key($"{number}"), kinds, stop.Token))).ToList();
        var random = new Random(1);
        for (var i = 0; i < Kills; i++)
        {
            await Task.Delay(random.Next(20, 100));
            await server.KillAsync();
            await server.StartAsync();
            await OpenAsync(engine);
        }

        await Task.Delay(100);
        await stop.CancelAsync();
        foreach (var (key, acknowledged, uncertain) in await Task.WhenAll(writing))
        {
            var (value, events) = (await ValueAsync(engine, key), await EventsAsync(engine, key));
            Assert.True(value == acknowledged || uncertain.Contains(value), $"'{key}' has {value}, and {acknowledged} was acknowledged.");

            // One event for each number that was written with it, in one batch.
            Assert.Equal(value, events[^1]);
            Assert.Equal(events.Distinct().Order(), events);
        }

        Assert.Contains(StorageErrorKind.Unavailable, kinds);
        Assert.All(kinds, static kind => Assert.True(kind is StorageErrorKind.Unavailable or StorageErrorKind.Timeout or StorageErrorKind.Busy, $"{kind}"));
    }

    [Fact]
    public async Task Feed_OverARestart_SaysThatItMissedSome_AndGoesOn()
    {
        await using var server = await TestServer.StartAsync("redis");
        await using var engine = new RedisEngine(new RedisEngineOptions { Endpoint = server.ConnectionString });
        await using var told = await engine.Changes.SubscribeAsync(Partition);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var changes = told.GetAsyncEnumerator(patience.Token);

        await server.KillAsync();
        await server.StartAsync();
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(ChangeKind.Missed, changes.Current.Kind);

        await engine.OpenAsync();
        await engine.Store.PutAsync(Partition.Key("a"), new byte[1]);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal((ChangeKind.Put, "a"), (changes.Current.Kind, changes.Current.Key.Name));
    }

    [Fact]
    public async Task NoServer_AtTheStart_IsSaidAtOnce_AndLaterThereIsOne()
    {
        await using var server = await TestServer.StartAsync("redis");
        await server.KillAsync();
        await using var engine = new RedisEngine(new RedisEngineOptions { Endpoint = server.ConnectionString, Name = "sessions" });

        var opening = await Assert.ThrowsAsync<StorageException>(async () => await engine.OpenAsync());
        var use = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Partition.Key("a"), new byte[1]));
        Assert.Equal((StorageErrorKind.Unavailable, true, StorageErrorKind.Unavailable, false), (opening.Kind, opening.IsTransient, use.Kind, use.IsUncertain));
        Assert.Contains("'sessions'", opening.Message, StringComparison.Ordinal);
        Assert.Contains(server.ConnectionString, opening.Message, StringComparison.Ordinal);

        await server.StartAsync();
        await engine.OpenAsync();
        Assert.True((await engine.Store.PutAsync(Partition.Key("a"), new byte[1])).IsDone);
    }

    [Fact]
    public async Task ServerLosesItsLastWrites_NoTagComesAgain()
    {
        await using var server = await TestServer.StartAsync("redis");
        await using var engine = new RedisEngine(new RedisEngineOptions { Endpoint = server.ConnectionString });
        var before = (await engine.Store.PutAsync(Partition.Key("a"), new byte[1])).ETag;

        // Without a file nothing is left.
        await server.KillAsync();
        await server.StartAsync();
        await engine.OpenAsync();

        var after = await engine.Store.PutAsync(Partition.Key("a"), new byte[1], new(Writing.WriteCondition.Absent));
        Assert.True(after.IsDone);
        Assert.True(after.ETag.Number > before.Number);
    }

    private static async Task<(StoreKey Key, int Acknowledged, HashSet<int> Uncertain)> CountAsync(RedisEngine engine, StoreKey key, ConcurrentBag<StorageErrorKind> kinds, CancellationToken stop)
    {
        var (acknowledged, uncertain) = (0, new HashSet<int>());
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            var text = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
            try
            {
                await engine.Store.WriteAsync(new Writing.StoreBatch().Put(key, text).Append(key, ExpectedVersion.Any, [new EventData("t", text)]), CancellationToken.None);
                acknowledged = number;
                uncertain.Clear();
            }
            catch (StorageException exception)
            {
                kinds.Add(exception.Kind);
                if (exception.IsUncertain)
                {
                    uncertain.Add(number);
                }

                await Task.Delay(1, CancellationToken.None);
            }
        }

        return (key, acknowledged, uncertain);
    }

    // A server that has just been started says for a while that it is reading its file.
    private static async Task OpenAsync(RedisEngine engine)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await engine.OpenAsync();
                return;
            }
            catch (StorageException exception) when (exception.Kind is StorageErrorKind.Busy && attempt < 1000)
            {
                await Task.Delay(5);
            }
        }
    }

    private static async Task<List<int>> EventsAsync(RedisEngine engine, StoreKey key)
    {
        var numbers = new List<int>();
        for (var page = await engine.Events.ReadAsync(key); ; page = await engine.Events.ReadAsync(key, page.Next))
        {
            numbers.AddRange(page.Events.Select(static item => int.Parse(Encoding.UTF8.GetString(item.Data.Span), CultureInfo.InvariantCulture)));
            if (page.IsEnd)
            {
                return numbers;
            }
        }
    }

    private static async Task<int> ValueAsync(RedisEngine engine, StoreKey key) =>
        int.Parse(Encoding.UTF8.GetString((await engine.Store.GetAsync(key))!.Value.Value.Span), CultureInfo.InvariantCulture);
}
