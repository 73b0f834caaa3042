using BenchmarkDotNet.Attributes;
using Sira.Storage.Capabilities;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql;
using Sira.Storage.Writing;

namespace Sira.Benchmarks.Storage;

/// <summary>The PostgreSQL engine beside statements of Npgsql alone: on a table with one text as its key and no tags, and on one like the engine's, where the tag is returned. <see cref="PostgreSqlReport"/> has the parts between. One operation is one call of each caller; a batch has 100 rows. Needs a server: <c>eng/servers/postgresql.sh PORT FOLDER</c> starts one, and SIRA_POSTGRESQL says how to connect, as it prints it.</summary>
public class PostgreSqlBenchmarks : IAsyncDisposable
{
    private const int Rows = 100;

    private static readonly StorePartition Partition = new("benchmark", "tenant");
    private static readonly byte[] Value = new byte[1024];

    private RawPostgreSql raw = null!;
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
        new Random(1).NextBytes(Value);
        raw = new RawPostgreSql(connectionString, Value);
        await raw.CreateAsync();
        engine = new PostgreSqlEngine(new PostgreSqlEngineOptions { ConnectionString = connectionString, Schema = "sira_benchmark" });
        for (var row = 0; row < Rows; row++)
        {
            await engine.Store.PutAsync(Partition.Key(RawPostgreSql.Key(row)), Value);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await raw.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public Task RawUpsert() => Each(key => raw.RunAsync(raw.Upserts[0], key));

    [Benchmark]
    public Task RawUpsert_TagAndExpiry() => Each(key => raw.RunAsync(raw.Upserts[3], key));

    [Benchmark]
    public Task SiraUpsert() => Each(async key => await engine.Store.PutAsync(Partition.Key(key), Value));

    [Benchmark]
    public Task SiraUpsert_WithoutWaitingForTheDisk() => Each(async key => await engine.Store.PutAsync(Partition.Key(key), Value, new PutOptions { Durability = StorageDurability.ProcessCrash }));

    [Benchmark]
    public Task RawGet() => Each(key => raw.RunAsync(raw.Gets[0], key));

    [Benchmark]
    public Task RawGet_TagAndExpiry() => Each(key => raw.RunAsync(raw.Gets[1], key));

    [Benchmark]
    public Task SiraGet() => Each(async key => await engine.Store.GetAsync(Partition.Key(key)));

    [Benchmark]
    public Task SiraAppend_OneNamespace() => Each(async key => await engine.Events.AppendAsync(new StoreKey("one", key), ExpectedVersion.Any, [new EventData("t", Value)]));

    [Benchmark]
    public Task SiraAppend_NamespaceEach() => Each(async key => await engine.Events.AppendAsync(new StoreKey($"n{key[4..]}", key), ExpectedVersion.Any, [new EventData("t", Value)]));

    [Benchmark]
    public Task RawBatch() => Each(_ => raw.BatchAsync(Rows));

    [Benchmark]
    public Task SiraBatch() => Each(async _ =>
    {
        var batch = new StoreBatch();
        for (var row = 0; row < Rows; row++)
        {
            batch.Put(Partition.Key(RawPostgreSql.Key(row)), Value);
        }

        await engine.Store.WriteAsync(batch);
    });

    private Task Each(Func<string, Task> call)
    {
        var first = Interlocked.Add(ref turn, Callers);
        return Callers == 1 ? call(RawPostgreSql.Key(first % Rows)) : Task.WhenAll(Enumerable.Range(first, Callers).Select(number => Task.Run(() => call(RawPostgreSql.Key(number % Rows)))));
    }
}
