using BenchmarkDotNet.Attributes;
using Npgsql;
using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql;
using Sira.Storage.Writing;

namespace Sira.Benchmarks.Storage;

/// <summary>The PostgreSQL engine beside statements of Npgsql alone, on a table with one text as its key and no tags. One operation is one call of each caller; a batch has 100 rows. Needs a server: <c>eng/servers/postgresql.sh PORT FOLDER</c> starts one, and SIRA_POSTGRESQL says how to connect, as it prints it.</summary>
public class PostgreSqlBenchmarks : IAsyncDisposable
{
    private const int Rows = 100;
    private const string Upsert = "INSERT INTO sira_benchmark (k, v) VALUES ($1, $2) ON CONFLICT (k) DO UPDATE SET v = excluded.v";

    private static readonly StorePartition Partition = new("benchmark", "tenant");
    private static readonly byte[] Value = new byte[1024];

    private NpgsqlDataSource raw = null!;
    private PostgreSqlEngine engine = null!;
    private int turn;

    [Params(1, 16)]
    public int Callers { get; set; }

    // Not asynchronous: in its own process the runner does not wait for it.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        var connectionString = Environment.GetEnvironmentVariable("SIRA_POSTGRESQL")
            ?? throw new InvalidOperationException("Start a server with eng/servers/postgresql.sh PORT FOLDER, and set SIRA_POSTGRESQL to the connection string that it prints.");
        raw = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2, NoResetOnClose = true });
        await using var create = raw.CreateCommand("DROP TABLE IF EXISTS sira_benchmark; CREATE TABLE sira_benchmark (k text PRIMARY KEY, v bytea NOT NULL) WITH (fillfactor = 85)");
        await create.ExecuteNonQueryAsync();
        engine = new PostgreSqlEngine(new PostgreSqlEngineOptions { ConnectionString = connectionString, Schema = "sira_benchmark" });
        new Random(1).NextBytes(Value);
        for (var key = 0; key < Rows; key++)
        {
            await RawPutAsync($"key {key}");
            await engine.Store.PutAsync(Partition.Key($"key {key}"), Value);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await raw.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public Task RawUpsert() => Each(RawPutAsync);

    [Benchmark]
    public Task SiraUpsert() => Each(async key => await engine.Store.PutAsync(Partition.Key(key), Value));

    [Benchmark]
    public Task SiraUpsert_WithoutWaitingForTheDisk() => Each(async key => await engine.Store.PutAsync(Partition.Key(key), Value, new PutOptions { Durability = StorageDurability.ProcessCrash }));

    [Benchmark]
    public Task RawGet() => Each(async key =>
    {
        await using var command = raw.CreateCommand("SELECT v FROM sira_benchmark WHERE k = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        _ = reader.GetFieldValue<byte[]>(0);
    });

    [Benchmark]
    public Task SiraGet() => Each(async key => await engine.Store.GetAsync(Partition.Key(key)));

    [Benchmark]
    public Task SiraAppend_OneNamespace() => Each(async key => await engine.Events.AppendAsync(new StoreKey("one", key), ExpectedVersion.Any, [new EventData("t", Value)]));

    [Benchmark]
    public Task SiraAppend_NamespaceEach() => Each(async key => await engine.Events.AppendAsync(new StoreKey($"n{key[4..]}", key), ExpectedVersion.Any, [new EventData("t", Value)]));

    [Benchmark]
    public Task RawBatch() => Each(async _ =>
    {
        await using var batch = raw.CreateBatch();
        for (var row = 0; row < Rows; row++)
        {
            var command = new NpgsqlBatchCommand(Upsert);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"key {row:000}" });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Value });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync();
    });

    [Benchmark]
    public Task SiraBatch() => Each(async _ =>
    {
        var batch = new StoreBatch();
        for (var row = 0; row < Rows; row++)
        {
            batch.Put(Partition.Key($"key {row:000}"), Value);
        }

        await engine.Store.WriteAsync(batch);
    });

    private Task Each(Func<string, Task> call)
    {
        var first = Interlocked.Add(ref turn, Callers);
        return Callers == 1 ? call($"key {first % Rows}") : Task.WhenAll(Enumerable.Range(first, Callers).Select(number => Task.Run(() => call($"key {number % Rows}"))));
    }

    private async Task RawPutAsync(string key)
    {
        await using var command = raw.CreateCommand(Upsert);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Value });
        await command.ExecuteNonQueryAsync();
    }
}
