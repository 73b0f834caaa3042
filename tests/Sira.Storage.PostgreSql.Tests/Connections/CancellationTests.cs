using Npgsql;
using Sira.Simulation.Time;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.Writing;
using Sira.Testing.Servers;

namespace Sira.Storage.PostgreSql.Tests.Connections;

/// <summary>How often the server is asked to give up a statement, each time by a connection of its own. Its log tells.</summary>
public sealed class CancellationTests : PostgreSqlTest
{
    [Fact]
    public async Task ManyCallersGiveUp_StatementsEndByThemselves_ServerIsNotAsked()
    {
        await using var server = await TestServer.StartAsync("postgresql", "log_min_messages=debug2");
        await using var engine = new PostgreSqlEngine(new() { ConnectionString = server.ConnectionString }, new VirtualTimeProvider());
        await engine.OpenAsync();
        var before = await AskedAsync(server);

        var given = await Task.WhenAll(Enumerable.Range(0, 60).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var up = 0;
            for (var i = 0; i < 20; i++)
            {
                using var source = new CancellationTokenSource(TimeSpan.FromMicroseconds(random.Next(3000)));
                try
                {
                    await (random.Next(4) switch
                    {
                        0 => (Task)engine.Store.PutAsync(Key($"{worker}"), Bytes($"{i}"), cancellationToken: source.Token).AsTask(),
                        1 => engine.Store.GetAsync(Key($"{worker}"), source.Token).AsTask(),
                        2 => engine.Events.AppendAsync(Key($"{worker}"), default, [Event($"{i}")], cancellationToken: source.Token).AsTask(),
                        _ => engine.Store.WriteAsync(new StoreBatch().Put(Key($"{worker}"), Bytes($"{i}")).Put(Key($"{worker}/{i}"), Bytes($"{i}"), WriteCondition.Absent), source.Token).AsTask(),
                    });
                }
                catch (OperationCanceledException)
                {
                    up++;
                }
            }

            return up;
        })));

        Assert.True(given.Sum() > 0, "Nobody gave up.");
        Assert.Equal(before, await AskedAsync(server));
    }

    [Fact]
    public async Task CallerGivesUp_StatementIsBlocked_ServerIsAsked_AfterAMoment()
    {
        await using var server = await TestServer.StartAsync("postgresql", "log_min_messages=debug2");
        var time = new VirtualTimeProvider();
        await using var engine = new PostgreSqlEngine(new() { ConnectionString = server.ConnectionString }, time);
        await engine.Store.PutAsync(Key("held"), Bytes("1"));
        var before = await AskedAsync(server);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("SELECT FROM sira.value FOR UPDATE", connection);
        await hold.ExecuteNonQueryAsync();
        using var source = new CancellationTokenSource();
        var writing = engine.Store.PutAsync(Key("held"), Bytes("2"), cancellationToken: source.Token).AsTask();
        await using var waits = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", connection);
        while (await waits.ExecuteScalarAsync() is 0L)
        {
            await Task.Delay(5);
        }

        await source.CancelAsync();
        time.Advance(TimeSpan.FromMilliseconds(99));
        await Task.Delay(20);
        Assert.False(writing.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(source.Token, cancelled.CancellationToken);
        Assert.Equal(before + 1, await AskedAsync(server));
        await transaction.RollbackAsync();
        Assert.Equal("1", Text(await engine.Store.GetAsync(Key("held"))));
    }

    private static async Task<int> AskedAsync(TestServer server) =>
        (await File.ReadAllLinesAsync(Path.Combine(server.Folder, "postgresql.log"))).Count(static line => line.Contains("processing cancel request", StringComparison.Ordinal));
}
