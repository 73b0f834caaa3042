using Npgsql;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.Values;

namespace Sira.Storage.PostgreSql.Tests.Writing;

/// <summary>Single writes that are made together because they come at once.</summary>
public sealed class WriteLineTests : PostgreSqlTest
{
    [Fact]
    public async Task PutAsync_ManyAtOnce_EachHasItsOwnTag()
    {
        var engine = NewEngine();

        var written = await Task.WhenAll(Enumerable.Range(0, 500).Select(number => Task.Run(async () => (number, (await engine.Store.PutAsync(Key($"{number}"), Bytes($"{number}"))).ETag))));

        foreach (var (number, tag) in written)
        {
            var found = await engine.Store.GetAsync(Key($"{number}"));
            Assert.Equal(($"{number}", tag), (Text(found), found!.Value.ETag));
        }
    }

    [Fact]
    public async Task PutAsync_OneOfAGroupFails_TheOthersAreMade()
    {
        var schema = SharedServer.NewName("trigger");
        var engine = NewEngine(SharedServer.Options(schema));
        await engine.OpenAsync();
        await SharedServer.RunAsync($"CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.value = 'bad' THEN RAISE 'not this'; END IF; RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE INSERT ON {schema}.value FOR EACH ROW EXECUTE FUNCTION {schema}.refuse()");

        var failures = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(async () =>
            (number, Failure: await Record.ExceptionAsync(async () => await engine.Store.PutAsync(Key($"{number}"), Bytes(number % 50 == 7 ? "bad" : "good")))))));

        Assert.All(failures, static item => Assert.Equal(item.number % 50 == 7, item.Failure is StorageException { IsUncertain: false }));
        Assert.Equal(196, (await engine.Store.ScanAsync(new(Partition) { PageSize = 1000 })).Items.Count);
    }

    [Fact]
    public async Task PutAsync_BlockedByAnother_CallersMayLeave_AndOthersGoOn()
    {
        var engine = NewEngine();
        await engine.Store.PutAsync(Key("held"), Bytes("1"));
        await using var connection = new NpgsqlConnection(SharedServer.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("SELECT FROM sira.value WHERE namespace = $1 FOR UPDATE", connection) { Parameters = { new() { Value = Partition.Namespace } } };
        await hold.ExecuteNonQueryAsync();

        // As many as there are lanes wait for the row, the others for them.
        using var leaving = new CancellationTokenSource();
        var blocked = Enumerable.Range(0, 40).Select(number => engine.Store.PutAsync(Key("held"), Bytes("2"), cancellationToken: leaving.Token).AsTask()).ToList();
        var staying = engine.Store.PutAsync(Key("free"), Bytes("free")).AsTask();
        await Task.Delay(50);
        await leaving.CancelAsync();
        foreach (var task in blocked)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(TimeSpan.FromSeconds(10)));
        }

        await staying.WaitAsync(TimeSpan.FromSeconds(10));
        await transaction.RollbackAsync();
        Assert.Equal(("free", "1"), (Text(await engine.Store.GetAsync(Key("free"))), Text(await engine.Store.GetAsync(Key("held")))));
        Assert.True((await engine.Store.PutAsync(Key("held"), Bytes("3"))).IsDone);
    }

    [Fact]
    public async Task AppendAsync_GroupIsBlocked_WhoGivesUpLeaves_AndTheOthersAreMadeOnce()
    {
        var schema = SharedServer.NewName("blocked");
        var engine = NewEngine(SharedServer.Options(schema));
        await engine.Events.AppendAsync(Key("held"), default, [Event("1")]);
        await using var connection = new NpgsqlConnection(SharedServer.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand($"SELECT FROM {schema}.head WHERE namespace = $1 FOR UPDATE", connection) { Parameters = { new() { Value = Partition.Namespace } } };
        await hold.ExecuteNonQueryAsync();

        // The lanes are filled and the rest waits; when those in front leave, the rest becomes a group that is blocked like them.
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var front = Enumerable.Range(0, 4).Select(number => engine.Events.AppendAsync(Key("held"), default, [Event("front")], cancellationToken: first.Token).AsTask()).ToList();
        var leaving = engine.Events.AppendAsync(Key("held"), default, [Event("leaving")], cancellationToken: second.Token).AsTask();
        var staying = Enumerable.Range(0, 5).Select(number => engine.Events.AppendAsync(Key("held"), default, [Event("staying")]).AsTask()).ToList();
        await BlockedAsync(schema, 4);
        await first.CancelAsync();
        foreach (var task in front)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(TimeSpan.FromSeconds(10)));
        }

        await BlockedAsync(schema, 1);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.DoesNotContain(staying, static task => task.IsCompleted);
        await transaction.RollbackAsync();
        await Task.WhenAll(staying).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["1", .. Enumerable.Repeat("staying", 5)], (await engine.Events.ReadAsync(Key("held"))).Events.Select(static item => System.Text.Encoding.UTF8.GetString(item.Data.Span)));
    }

    // The server forgets a wish to cancel that comes before the statement does.
    private static async Task BlockedAsync(string schema, long count)
    {
        while (!Equals(await SharedServer.AskAsync($"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%\"{schema}\"%'"), count))
        {
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task Cancelled_AtAnyMoment_AcknowledgedIsThere_AndTheEngineGoesOn()
    {
        var engine = NewEngine();
        await engine.OpenAsync();
        var acknowledged = await Task.WhenAll(Enumerable.Range(0, 24).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var last = ETag.None;
            for (var i = 0; i < 15; i++)
            {
                using var source = new CancellationTokenSource(TimeSpan.FromMicroseconds(random.Next(3000)));
                try
                {
                    last = (await engine.Store.PutAsync(Key($"{worker}"), Bytes($"{i}"), cancellationToken: source.Token)).ETag;
                    Assert.Equal(last, (await engine.Store.GetAsync(Key($"{worker}")))!.Value.ETag);
                }
                catch (OperationCanceledException)
                {
                    // It may have been made.
                }
            }

            return (await engine.Store.PutAsync(Key($"{worker}"), Bytes("end"))).ETag;
        })));

        // A write that was given up while it waited must not come later.
        await Task.Delay(100);
        for (var worker = 0; worker < acknowledged.Length; worker++)
        {
            Assert.Equal(acknowledged[worker], (await engine.Store.GetAsync(Key($"{worker}")))!.Value.ETag);
        }
    }

    [Theory]
    [InlineData("on", StorageDurability.PowerLoss, null, "on")]
    [InlineData("off", StorageDurability.PowerLoss, null, "on")]
    [InlineData("remote_apply", StorageDurability.PowerLoss, null, "remote_apply")]
    [InlineData("on", StorageDurability.PowerLoss, StorageDurability.ProcessCrash, "off")]
    [InlineData("on", StorageDurability.Process, null, "off")]
    [InlineData("on", StorageDurability.Process, StorageDurability.PowerLoss, "on")]
    public async Task Durability_IsWhatTheCommitWaitsFor(string ofServer, StorageDurability ofEngine, StorageDurability? asked, string expected)
    {
        var (schema, role) = (SharedServer.NewName("durability"), SharedServer.NewName("durable"));
        await SharedServer.RunAsync($"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD 'p'; ALTER ROLE {role} SET synchronous_commit = '{ofServer}'");
        var engine = NewEngine(new() { ConnectionString = new NpgsqlConnectionStringBuilder(SharedServer.ConnectionString) { Username = role, Password = "p" }.ConnectionString, Schema = schema, Durability = ofEngine });
        await engine.OpenAsync();

        // Deferred, so that it sees what the commit sees.
        await SharedServer.RunAsync($"CREATE TABLE {schema}.seen (setting text); CREATE FUNCTION {schema}.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO {schema}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER look_value AFTER INSERT OR UPDATE OR DELETE ON {schema}.value DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.look(); CREATE CONSTRAINT TRIGGER look_event AFTER INSERT ON {schema}.event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.look()");
        var tag = (await engine.Store.PutAsync(Key("a"), Bytes("1"), new() { Durability = asked })).ETag;
        await engine.Store.PutAsync(Key("a"), Bytes("1"), new(Storage.Writing.WriteCondition.Unchanged(tag)) { Durability = asked });
        await engine.Store.DeleteAsync(Key("a"), new() { Durability = asked });
        await engine.Store.PutAsync(Key("a"), Bytes("1"), new(Storage.Writing.WriteCondition.Absent) { Durability = asked });
        await engine.Events.AppendAsync(Key("a"), default, [Event("1")], new(asked));
        await engine.Store.WriteAsync(new Storage.Writing.StoreBatch { Durability = asked }.Put(Key("b"), Bytes("1")).Append(Key("b"), default, [Event("1")]));
        await engine.Store.WriteAsync(new Storage.Writing.StoreBatch { Durability = asked }.Put(Key("c"), Bytes("1"), Storage.Writing.WriteCondition.Absent).Append(Key("c"), default, [Event("1")]));

        Assert.Equal(expected, await SharedServer.AskAsync($"SELECT string_agg(DISTINCT setting, ',') FROM {schema}.seen"));
    }
}
