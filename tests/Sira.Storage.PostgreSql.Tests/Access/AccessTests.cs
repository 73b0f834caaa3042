using Npgsql;
using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Tests.Support;

namespace Sira.Storage.PostgreSql.Tests.Access;

public sealed class AccessTests : PostgreSqlTest
{
    private readonly string role = SharedServer.NewName("role");
    private readonly string schema = SharedServer.NewName("access");

    [Fact]
    public async Task OpenAsync_WrongPassword_IsDenied_AndThePasswordIsNotSaid()
    {
        var failure = await FailsAsync(Options("sira", "secret-4711"));

        Assert.Equal((StorageErrorKind.Denied, false), (failure.Kind, failure.IsTransient));
        Assert.DoesNotContain("secret-4711", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NoSuchDatabase_IsSaid()
    {
        var failure = await FailsAsync(SharedServer.Options() with { ConnectionString = SharedServer.ConnectionString.Replace("Database=postgres", "Database=nowhere", StringComparison.Ordinal) });

        Assert.False(failure.IsTransient);
        Assert.Contains("\"nowhere\" does not exist", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_NobodyThere_IsUnavailable()
    {
        var failure = await FailsAsync(new() { ConnectionString = "Host=127.0.0.1;Port=1;Username=a;Password=b;Timeout=1" });

        Assert.Equal((StorageErrorKind.Unavailable, false), (failure.Kind, failure.IsUncertain));
    }

    [Fact]
    public async Task OpenAsync_MayNotCreate_IsDeniedWithSql_AndTheSqlHelps()
    {
        await SharedServer.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'p'");

        var failure = await FailsAsync(Options(role, "p"));

        Assert.Equal(StorageErrorKind.Denied, failure.Kind);
        var sql = $"GRANT CREATE ON DATABASE \"postgres\" TO \"{role}\";";
        Assert.Contains(sql, failure.Message, StringComparison.Ordinal);
        await SharedServer.RunAsync(sql);
        Assert.True((await NewEngine(Options(role, "p")).Store.PutAsync(Key("a"), Bytes("1"))).IsDone);
    }

    [Fact]
    public async Task Use_OfTablesOfAnother_IsDeniedWithSql_AndTheSqlHelps()
    {
        await NewEngine(SharedServer.Options(schema)).OpenAsync();
        await SharedServer.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'p'");

        var failure = await FailsAsync(Options(role, "p"));

        Assert.Equal(StorageErrorKind.Denied, failure.Kind);
        var sql = failure.Message[failure.Message.IndexOf("GRANT", StringComparison.Ordinal)..].Replace("TO ...", $"TO {role}", StringComparison.Ordinal).TrimEnd('.');
        await SharedServer.RunAsync(sql);
        var engine = NewEngine(Options(role, "p"));
        Assert.True((await engine.Store.PutAsync(Key("a"), Bytes("1"))).IsDone);
        Assert.True((await engine.Events.AppendAsync(Key("a"), default, [Event("1")])).IsDone);
        await using var subscription = await engine.Changes.SubscribeAsync(Partition);
    }

    [Fact]
    public async Task ReadOnlyRole_Reads_AndIsDeniedToWrite()
    {
        var owner = NewEngine(SharedServer.Options(schema));
        await owner.Store.PutAsync(Key("a"), Bytes("1"));
        await SharedServer.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'p'; GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}");
        var engine = NewEngine(Options(role, "p"));

        Assert.Equal("1", Text(await engine.Store.GetAsync(Key("a"))));
        var failure = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key("a"), Bytes("2")));

        Assert.Equal((StorageErrorKind.Denied, false), (failure.Kind, failure.IsUncertain));
        Assert.Contains("GRANT", failure.Message, StringComparison.Ordinal);
        Assert.Equal("1", Text(await owner.Store.GetAsync(Key("a"))));
    }

    [Fact]
    public async Task ReadOnlyTransactions_AreReadOnly()
    {
        await NewEngine(SharedServer.Options(schema)).OpenAsync();
        await SharedServer.RunAsync($"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD 'p'; ALTER ROLE {role} SET default_transaction_read_only = on");
        var engine = NewEngine(Options(role, "p"));

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key("a"), Bytes("2")));
        var other = await FailsAsync(Options(role, "p") with { Schema = schema + "x" });

        Assert.Equal((StorageErrorKind.ReadOnly, StorageErrorKind.ReadOnly), (failure.Kind, other.Kind));
        Assert.Null(await engine.Store.GetAsync(Key("a")));
    }

    [Fact]
    public async Task TooManyConnections_IsBusy()
    {
        await NewEngine(SharedServer.Options(schema)).OpenAsync();
        await SharedServer.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'p' CONNECTION LIMIT 1");
        await using var taken = NpgsqlDataSource.Create(Options(role, "p").ConnectionString!);
        await using var connection = await taken.OpenConnectionAsync();

        var failure = await FailsAsync(Options(role, "p"));

        Assert.Equal((StorageErrorKind.Busy, true), (failure.Kind, failure.IsTransient));
    }

    [Fact]
    public async Task PoolExhausted_IsBusy_AndNothingWasSent()
    {
        await using var source = NpgsqlDataSource.Create(SharedServer.ConnectionString + ";Maximum Pool Size=1;Timeout=1");
        var engine = NewEngine(new() { DataSource = source });
        await engine.OpenAsync();
        await using var taken = await source.OpenConnectionAsync();

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.PutAsync(Key("a"), Bytes("1")));

        Assert.Equal((StorageErrorKind.Busy, false), (failure.Kind, failure.IsUncertain));
    }

    [Fact]
    public async Task StatementTimeout_IsTimeout_AndNothingWasMade()
    {
        var owner = NewEngine(SharedServer.Options(schema));
        var tag = (await owner.Store.PutAsync(Key("a"), Bytes("1"))).ETag;
        await SharedServer.RunAsync($"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD 'p'; ALTER ROLE {role} SET statement_timeout = '100ms'");
        await using var locking = NpgsqlDataSource.Create(SharedServer.ConnectionString);
        await using var connection = await locking.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"SELECT FROM {schema}.value FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await NewEngine(Options(role, "p")).Store.PutAsync(Key("a"), Bytes("2")));

        Assert.Equal((StorageErrorKind.Timeout, false), (failure.Kind, failure.IsUncertain));
        await transaction.RollbackAsync();
        Assert.Equal(tag, (await owner.Store.GetAsync(Key("a")))!.Value.ETag);
    }

    private async Task<StorageException> FailsAsync(PostgreSqlEngineOptions options)
    {
        var failure = await Assert.ThrowsAsync<StorageException>(async () => await NewEngine(options).OpenAsync());
        Assert.Contains($"'{options.Name}'", failure.Message, StringComparison.Ordinal);
        return failure;
    }

    private PostgreSqlEngineOptions Options(string user, string password) =>
        SharedServer.Options(schema) with { ConnectionString = new NpgsqlConnectionStringBuilder(SharedServer.ConnectionString) { Username = user, Password = password }.ConnectionString };
}
