using System.Globalization;
using System.Text;
using Npgsql;

namespace Sira.Benchmarks.Storage;

/// <summary>Statements of Npgsql alone, from a table with one text as its key to the engine's own.</summary>
internal sealed class RawPostgreSql : IAsyncDisposable
{
    private const string Schema = "sira_bare";
    private const string Bare = $"INSERT INTO {Schema}.bare (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    private const string Conflict = "ON CONFLICT (namespace, tenant, name) DO UPDATE SET value = excluded.value";
    private const string Keyed = $"INSERT INTO {Schema}.keyed (namespace, tenant, name, value) VALUES ($1, $2, $3, $4) {Conflict}";
    private const string Tagged = $"INSERT INTO {Schema}.tagged (namespace, tenant, name, value) VALUES ($1, $2, $3, $4) {Conflict}, etag = excluded.etag RETURNING etag";
    private const string Expiring = $"INSERT INTO {Schema}.expiring (namespace, tenant, name, value, expires_at) VALUES ($1, $2, $3, $4, clock_timestamp() + nullif($5, 0) * interval '1 microsecond') {Conflict}, etag = excluded.etag, expires_at = excluded.expires_at RETURNING etag";
    private const string Durable = $"{Expiring}, 0::bigint, CASE WHEN NOT $6 THEN set_config('synchronous_commit', 'off', true) WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END";
    private const string Watched = $"{Durable}, CASE WHEN EXISTS (SELECT FROM {Schema}.watch WHERE namespace = $1 AND tenant = $2 AND expires_at > clock_timestamp()) THEN pg_notify('{Schema}', encode($3, 'hex')) END";
    private const string Tables =
        $"""
        DROP SCHEMA IF EXISTS {Schema} CASCADE;
        CREATE SCHEMA {Schema};
        CREATE SEQUENCE {Schema}.etag;
        CREATE TABLE {Schema}.bare (name text PRIMARY KEY, value bytea NOT NULL) WITH (fillfactor = 85);
        CREATE TABLE {Schema}.keyed (namespace text COLLATE "C" NOT NULL, tenant bytea NOT NULL, name bytea NOT NULL, value bytea NOT NULL, PRIMARY KEY (namespace, tenant, name)) WITH (fillfactor = 85);
        CREATE TABLE {Schema}.tagged (LIKE {Schema}.keyed, etag bigint NOT NULL DEFAULT nextval('{Schema}.etag') * 65536 + floor(random() * 65536)::bigint, PRIMARY KEY (namespace, tenant, name)) WITH (fillfactor = 85);
        CREATE TABLE {Schema}.expiring (LIKE {Schema}.tagged INCLUDING DEFAULTS, expires_at timestamptz, PRIMARY KEY (namespace, tenant, name)) WITH (fillfactor = 85);
        CREATE INDEX ON {Schema}.expiring (expires_at) WHERE expires_at IS NOT NULL;
        CREATE UNLOGGED TABLE {Schema}.watch (namespace text COLLATE "C" NOT NULL, tenant bytea NOT NULL, watcher uuid NOT NULL, expires_at timestamptz NOT NULL, PRIMARY KEY (namespace, tenant, watcher));
        """;

    // Sixteen callers with seven rows each.
    private const int Rows = 112;

    private readonly NpgsqlDataSource source;
    private readonly byte[] value;
    private readonly byte[] tenant = Encoding.UTF8.GetBytes("tenant");

    public RawPostgreSql(string connectionString, byte[] value)
    {
        this.value = value;
        source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2, NoResetOnClose = true });
    }

    /// <summary>The upserts, each with one part more than the one before it. Those that give a tag read it.</summary>
    public IReadOnlyList<RawStatement> Upserts { get; } =
    [
        new("upsert, one text as the key", Bare, Parameters: 2),
        new("+ key of namespace, tenant and name", Keyed, Parameters: 4),
        new("+ a tag of a sequence, returned", Tagged, Parameters: 4, Reads: 1),
        new("+ expiry, and its index", Expiring, Parameters: 5, Reads: 1),
        new("+ durability for each write", Durable, Parameters: 6, Reads: 1),
        new("+ a look at who listens to changes", Watched, Parameters: 6, Reads: 1),
    ];

    public IReadOnlyList<RawStatement> Gets { get; } =
    [
        new("get, one text as the key", $"SELECT value FROM {Schema}.bare WHERE name = $1", Parameters: 1, Reads: 1),
        new("get of value, tag and expiry", $"SELECT value, etag, expires_at FROM {Schema}.expiring WHERE namespace = $1 AND tenant = $2 AND name = $3 AND (expires_at IS NULL OR expires_at > clock_timestamp())", Parameters: 3, Reads: 3),
    ];

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"key {number % Rows:000}");

    public async Task CreateAsync()
    {
        await using var create = source.CreateCommand(Tables);
        await create.ExecuteNonQueryAsync();
        for (var row = 0; row < Rows; row++)
        {
            foreach (var upsert in Upserts)
            {
                await RunAsync(upsert, Key(row));
            }
        }
    }

    public async Task RunAsync(RawStatement statement, string key)
    {
        await using var command = source.CreateCommand(statement.Sql);
        if (statement.Parameters <= 2)
        {
            Add(key);
        }
        else
        {
            Add("benchmark");
            Add(tenant);
            Add(Encoding.UTF8.GetBytes(key));
        }

        if (statement.Parameters is 2 or >= 4)
        {
            Add(value);
        }

        if (statement.Parameters >= 5)
        {
            Add(0d);
        }

        if (statement.Parameters >= 6)
        {
            Add(true);
        }

        if (statement.Reads == 0)
        {
            await command.ExecuteNonQueryAsync();
            return;
        }

        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        for (var column = 0; column < statement.Reads; column++)
        {
            _ = reader.IsDBNull(column) ? null : reader.GetValue(column);
        }

        void Add<T>(T parameter) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = parameter });
    }

    public async Task BatchAsync(int rows)
    {
        await using var batch = source.CreateBatch();
        for (var row = 0; row < rows; row++)
        {
            var command = new NpgsqlBatchCommand(Bare);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Key(row) });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = value });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
