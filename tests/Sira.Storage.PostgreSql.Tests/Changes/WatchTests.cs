using Npgsql;
using Sira.Storage.PostgreSql.Statements;
using Sira.Storage.PostgreSql.Tests.Support;

namespace Sira.Storage.PostgreSql.Tests.Changes;

public sealed class WatchTests : PostgreSqlTest
{
    private readonly string schema = SharedServer.NewName("watch");

    // The trap of asking whether somebody listens: a write that has asked before there was one, and commits after the subscriber has read the old value, would never be told of.
    [Fact]
    public async Task SubscribeAsync_WaitsForWritesThatHaveBegun()
    {
        var engine = NewEngine(SharedServer.Options(schema));
        await engine.OpenAsync();
        await using var connection = new NpgsqlConnection(SharedServer.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var put = new NpgsqlCommand(new ValueStatements(schema).Put, connection);
        put.Parameters.Bind(Key("a")).Bind(Bytes("1")).Bind((TimeSpan?)null).Bind(true);
        await put.ExecuteNonQueryAsync();

        var subscribing = engine.Changes.SubscribeAsync(Partition).AsTask();
        while (!Equals(await SharedServer.AskAsync($"SELECT count(*) FROM {schema}.watch"), 1L))
        {
            await Task.Delay(10);
        }

        await Task.Delay(100);
        Assert.False(subscribing.IsCompleted);
        await transaction.CommitAsync();
        await using var subscription = await subscribing.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Write_NobodyListens_NotifiesNobody()
    {
        var engine = NewEngine(SharedServer.Options(schema));
        await engine.OpenAsync();
        await using var connection = new NpgsqlConnection(SharedServer.ConnectionString);
        await connection.OpenAsync();
        await using var listen = new NpgsqlCommand($"LISTEN {schema}_changes", connection);
        await listen.ExecuteNonQueryAsync();
        var heard = new List<string>();
        connection.Notification += (_, notification) => heard.Add(notification.Payload);

        await engine.Store.PutAsync(Key("a"), Bytes("1"));
        await using (await engine.Changes.SubscribeAsync(Partition))
        {
            await engine.Store.PutAsync(Key("b"), Bytes("1"));
            await engine.Store.PutAsync((Partition with { Tenant = null }).Key("c"), Bytes("1"));
        }

        await SharedServer.RunAsync($"NOTIFY {schema}_changes, 'end'");
        while (!heard.Contains("end"))
        {
            await connection.WaitAsync();
        }

        Assert.Equal(2, heard.Count);
        Assert.Contains(Convert.ToHexString("b"u8).ToLowerInvariant(), heard[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RegistrationThatHasRunOut_IsWrittenAnew_AndSaidToBe()
    {
        var engine = NewEngine(SharedServer.Options(schema));
        await using var subscription = await engine.Changes.SubscribeAsync(Partition);
        await SharedServer.RunAsync($"UPDATE {schema}.watch SET expires_at = now() - interval '2 hours'");

        // A second subscriber renews what the first has lost; what is long dead goes.
        await using var other = await engine.Changes.SubscribeAsync(Partition with { Tenant = "other" });
        Assert.Equal(1L, await SharedServer.AskAsync($"SELECT count(*) FROM {schema}.watch"));
        await using var again = await engine.Changes.SubscribeAsync(Partition);
        Assert.Equal(2L, await SharedServer.AskAsync($"SELECT count(*) FROM {schema}.watch WHERE expires_at > now()"));
    }
}
