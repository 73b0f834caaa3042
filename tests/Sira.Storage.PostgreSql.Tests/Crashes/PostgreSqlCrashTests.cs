using System.Globalization;
using Npgsql;
using Sira.Storage.Capabilities;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Testing.Crashes;
using Sira.Testing.Servers;

namespace Sira.Storage.PostgreSql.Tests.Crashes;

public sealed class PostgreSqlCrashTests(ITestOutputHelper output) : PostgreSqlTest
{
    private const string WriterName = "crash writer";

    [Fact]
    public async Task Engine_WriterIsKilled_NothingAcknowledgedIsLost_AndNothingIsTorn()
    {
        // The server goes on with what a process had sent that is dead meanwhile.
        var loop = new CrashLoop(
            "postgresql",
            new NpgsqlConnectionStringBuilder(SharedServer.ConnectionString) { ApplicationName = WriterName }.ConnectionString,
            static () => new PostgreSqlEngine(SharedServer.Options()),
            static () => UntilAsync(SharedServer.ConnectionString, $"SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = '{WriterName}'"));

        await loop.RunAsync(Rounds(50));

        output.WriteLine($"{loop.Steps} steps written");
        Assert.True(loop.Steps > Rounds(50));
    }

    [Fact]
    public async Task Engine_ServerIsKilled_NothingThatSurvivesAPowerFailureIsLost_AndNothingIsTorn()
    {
        await using var server = await TestServer.StartAsync("postgresql");
        var loop = new ServerCrashLoop(server, () => new PostgreSqlEngine(new() { ConnectionString = server.ConnectionString }), StorageDurability.PowerLoss);

        await loop.RunAsync(Rounds(4));

        output.WriteLine($"{loop.Steps} steps written, {loop.Forgotten} acknowledged ones forgotten at ProcessCrash, {loop.Errors.All} errors, {loop.Errors.Uncertain} of them uncertain");
        Assert.True(loop.Steps > Rounds(4));
    }

    [Fact]
    public async Task ProcessCrash_ServerIsKilledLaterThanItsWriterOfTheLogWakes_IsThere()
    {
        await using var server = await TestServer.StartAsync("postgresql");
        var engine = NewEngine(new() { ConnectionString = server.ConnectionString, Durability = StorageDurability.ProcessCrash });
        await engine.Store.PutAsync(Key("a"), Bytes("1"));
        await engine.Events.AppendAsync(Key("a"), default, [Event("1")]);

        // Nobody else commits, so it is the server's own doing.
        await UntilAsync(server.ConnectionString, "SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn()");
        await server.KillAsync();
        await server.StartAsync();

        Assert.Equal(("1", 1), (Text(await engine.Store.GetAsync(Key("a"))), await engine.Events.GetVersionAsync(Key("a"))));
    }

    // eng/soak-crashes.sh runs more.
    private static int Rounds(int usual) => int.TryParse(Environment.GetEnvironmentVariable("SIRA_SOAK_CRASHES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : usual;

    private static async Task UntilAsync(string connectionString, string question)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(question, connection);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await command.ExecuteScalarAsync(patience.Token) is not true)
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
