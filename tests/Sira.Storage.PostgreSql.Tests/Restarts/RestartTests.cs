using System.Globalization;
using System.Text;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Testing.Servers;

namespace Sira.Storage.PostgreSql.Tests.Restarts;

public sealed class RestartTests : PostgreSqlTest
{
    private const int Writers = 8;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServerGoesAwayUnderWriters_NothingAcknowledgedIsLost_NothingIsThereTwice(bool isKilled)
    {
        await using var server = await TestServer.StartAsync("postgresql");
        var engine = NewEngine(new() { ConnectionString = server.ConnectionString });
        await engine.OpenAsync();
        var isOver = false;
        var progress = new int[Writers];
        var working = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WorkAsync(engine, writer, progress, () => Volatile.Read(ref isOver)))).ToList();
        for (var round = 0; round < 2; round++)
        {
            await AdvanceAsync(progress);
            await (isKilled ? server.KillAsync() : server.StopAsync());
            await server.StartAsync();
        }

        await AdvanceAsync(progress);
        Volatile.Write(ref isOver, true);
        var logs = await Task.WhenAll(working);

        for (var writer = 0; writer < Writers; writer++)
        {
            var (acknowledged, uncertain) = logs[writer];
            var kept = (await engine.Events.ReadAsync(Key($"s{writer}"), 0, 10_000)).Events.Select(static item => int.Parse(Encoding.UTF8.GetString(item.Data.Span), CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(kept.Distinct().Order(), kept);
            Assert.Empty(acknowledged.Except(kept));
            Assert.Empty(kept.Except(acknowledged).Except(uncertain));
            var last = int.Parse(Text(await engine.Store.GetAsync(Key($"v{writer}")))!, CultureInfo.InvariantCulture);
            Assert.True(last >= acknowledged[^1], $"Value {acknowledged[^1]} was acknowledged, and {last} is there.");
        }
    }

    [Fact]
    public async Task ServerIsDown_IsUnavailable_AndItGoesOnWhenItIsBack()
    {
        await using var server = await TestServer.StartAsync("postgresql");
        var engine = NewEngine(new() { ConnectionString = server.ConnectionString });
        await engine.Store.PutAsync(Key("a"), Bytes("1"));
        await using var subscription = await engine.Changes.SubscribeAsync(Partition);
        await server.KillAsync();

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key("a")));
        Assert.Equal((StorageErrorKind.Unavailable, true, false), (failure.Kind, failure.IsTransient, failure.IsUncertain));
        var denied = await Assert.ThrowsAsync<StorageException>(async () => await engine.Changes.SubscribeAsync(Partition));
        Assert.Equal(StorageErrorKind.Unavailable, denied.Kind);

        await server.StartAsync();
        Assert.Equal("1", Text(await engine.Store.GetAsync(Key("a"))));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var changes = subscription.GetAsyncEnumerator(patience.Token);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(Storage.Changes.ChangeKind.Missed, changes.Current.Kind);
        var tag = (await engine.Store.PutAsync(Key("a"), Bytes("2"))).ETag;
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(tag, changes.Current.ETag);
    }

    // Until each writer has written some more.
    private static async Task AdvanceAsync(int[] progress)
    {
        var goals = Array.ConvertAll(progress, static count => count + 5);
        while (Enumerable.Range(0, goals.Length).Any(writer => Volatile.Read(ref progress[writer]) < goals[writer]))
        {
            await Task.Delay(20);
        }
    }

    // Writes numbers in ascending order, never one again, into a value and a stream of its own.
    private async Task<(List<int> Acknowledged, List<int> Uncertain)> WorkAsync(PostgreSqlEngine engine, int writer, int[] progress, Func<bool> isOver)
    {
        var (acknowledged, uncertain) = (new List<int>(), new List<int>());
        var version = 0L;
        for (var number = 1; !isOver(); number++)
        {
            try
            {
                await engine.Store.PutAsync(Key($"v{writer}"), Bytes($"{number}"));
                var appended = await engine.Events.AppendAsync(Key($"s{writer}"), ExpectedVersion.Of(version), [Event($"{number}")]);
                if (appended.IsDone)
                {
                    acknowledged.Add(number);
                    Volatile.Write(ref progress[writer], acknowledged.Count);
                }

                version = appended.Version;
            }
            catch (StorageException failure)
            {
                Assert.True(failure.IsTransient, failure.Message);
                if (failure.IsUncertain)
                {
                    uncertain.Add(number);
                }

                await Task.Delay(20);
            }
        }

        return (acknowledged, uncertain);
    }
}
