using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Tests.Support;

namespace Sira.Storage.PostgreSql.Tests.Schema;

public sealed class SchemaTests : PostgreSqlTest
{
    private readonly string schema = SharedServer.NewName("schema");

    [Fact]
    public async Task OpenAsync_ManyAtOnce_OneMakesTheSchema()
    {
        var engines = Enumerable.Range(0, 8).Select(_ => NewEngine(SharedServer.Options(schema))).ToList();

        await Task.WhenAll(engines.Select(engine => Task.Run(async () => await engine.OpenAsync())));

        await engines[0].Store.PutAsync(Key("a"), Bytes("1"));
        Assert.Equal("1", Text(await engines[7].Store.GetAsync(Key("a"))));
        Assert.Equal(1, await SharedServer.AskAsync($"SELECT version FROM {schema}.schema_version"));
    }

    [Fact]
    public async Task OpenAsync_NewerSchema_IsRefused_NamingBothVersions()
    {
        await NewEngine(SharedServer.Options(schema)).OpenAsync();
        await SharedServer.RunAsync($"UPDATE {schema}.schema_version SET version = 4711");

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await NewEngine(SharedServer.Options(schema)).OpenAsync());

        Assert.Equal(StorageErrorKind.Incompatible, failure.Kind);
        Assert.Contains("version 4711", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"knows {PostgreSqlSchema.Version} at most", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_EmptyVersionTable_IsRefused()
    {
        await SharedServer.RunAsync($"CREATE SCHEMA {schema}; CREATE TABLE {schema}.schema_version (version integer NOT NULL)");

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await NewEngine(SharedServer.Options(schema)).OpenAsync());

        Assert.Equal(StorageErrorKind.Incompatible, failure.Kind);
    }

    [Fact]
    public async Task OpenAsync_MayNotCreate_SaysWhatToRun_AndThatWorks()
    {
        var options = SharedServer.Options(schema) with { CreateSchema = false };
        var failure = await Assert.ThrowsAsync<StorageException>(async () => await NewEngine(options).OpenAsync());
        Assert.Equal(StorageErrorKind.Incompatible, failure.Kind);
        Assert.Contains($"PostgreSqlSchema.Script(\"{schema}\")", failure.Message, StringComparison.Ordinal);

        // Twice, as an administrator does who is not sure.
        await SharedServer.RunAsync(PostgreSqlSchema.Script(schema));
        await SharedServer.RunAsync(PostgreSqlSchema.Script(schema));

        var engine = NewEngine(options);
        Assert.True((await engine.Store.PutAsync(Key("a"), Bytes("1"))).IsDone);
        await NewEngine(SharedServer.Options(schema)).OpenAsync();
    }

    [Fact]
    public async Task OpenAsync_SchemaDisappears_IsSaid()
    {
        var engine = NewEngine(SharedServer.Options(schema));
        await engine.OpenAsync();
        await SharedServer.RunAsync($"DROP SCHEMA {schema} CASCADE");

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await engine.Store.GetAsync(Key("a")));

        Assert.Equal(StorageErrorKind.Incompatible, failure.Kind);
    }

    [Fact]
    public async Task OpenAsync_OtherEncodingAndCollation_NamesAreStillBytes()
    {
        var database = SharedServer.NewName("latin");
        await SharedServer.RunAsync($"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
        var engine = NewEngine(new() { ConnectionString = SharedServer.ConnectionString.Replace("Database=postgres", $"Database={database}", StringComparison.Ordinal) });

        await engine.Store.PutAsync(Key("日本語\0"), Bytes("1"));

        Assert.Equal(["日本語\0"], (await engine.Store.ScanAsync(new(Partition, "日"))).Items.Select(static item => item.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Sira")]
    [InlineData("a\"b")]
    [InlineData("1a")]
    [InlineData("pg_sira")]
    public void Script_NoSchema_IsRefused(string name) => Assert.Throws<ArgumentException>(() => PostgreSqlSchema.Script(name));
}
