using Npgsql;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Sira.Storage.PostgreSql.Tests.Support;

/// <summary>One server for all tests that leave it running; what needs a state of its own has a schema or a database of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static TestServer? server;
    private static int number;

    /// <summary>How to connect; the test is skipped where there is no server.</summary>
    public static string ConnectionString
    {
        get
        {
            Assert.SkipWhen(server is null, "PostgreSQL is not installed; ./eng/test.sh --install does it.");
            return server.ConnectionString;
        }
    }

    public static string NewName(string kind) => $"{kind}_{Interlocked.Increment(ref number)}";

    public static PostgreSqlEngineOptions Options(string schema = "sira") => new() { ConnectionString = ConnectionString, Schema = schema };

    /// <summary>Runs SQL as the administrator.</summary>
    public static async Task RunAsync(string sql, string? connectionString = null)
    {
        await using var connection = new NpgsqlConnection(connectionString ?? ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            server = await TestServer.StartAsync("postgresql");
        }
        catch (Exception exception) when (exception.Message.StartsWith("$XunitDynamicSkip$", StringComparison.Ordinal))
        {
            // Each test says so by itself.
        }
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
