using System.Globalization;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql;
using Sira.Storage.Writing;

namespace Sira.Benchmarks.Storage;

/// <summary>Times the PostgreSQL engine in short turns with bare statements, to which one part of what the engine's statement does is added after the other: <c>--postgresql "connection string"</c>.</summary>
/// <remarks>Turns take turns, so that what disturbs the machine disturbs all of them; a share is the median of the shares of each round. On a machine that others use, set <c>DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0</c>: threads that wait for work by spinning take the processor from the server. With <c>fsync=off</c> on the server the disk, which hides the rest, is left out.</remarks>
internal static class PostgreSqlReport
{
    private const int WarmUp = 40;
    private const int Rounds = 100;
    private const int RowsOfBatch = 100;
    private const string Schema = "sira_report";

    private static readonly StorePartition Partition = new("benchmark", "tenant");
    private static readonly byte[] Value = new byte[1024];

    public static async Task WriteAsync(string connectionString, TextWriter output)
    {
        new Random(1).NextBytes(Value);
        await using var raw = new RawPostgreSql(connectionString, Value);
        await raw.CreateAsync();
        await using var engine = new PostgreSqlEngine(new PostgreSqlEngineOptions { ConnectionString = connectionString, Schema = Schema });
        await engine.OpenAsync();
        List<(string Name, int Calls, Func<string, Task> Call)> writes = [.. raw.Upserts.Select(upsert => (upsert.Name, 100, (Func<string, Task>)(key => raw.RunAsync(upsert, key))))];
        writes.Add(("Sira put", 100, async key => await engine.Store.PutAsync(Partition.Key(key), Value)));
        List<(string Name, int Calls, Func<string, Task> Call)> reads = [.. raw.Gets.Select(get => (get.Name, 300, (Func<string, Task>)(key => raw.RunAsync(get, key))))];
        reads.Add(("Sira get", 300, async key => await engine.Store.GetAsync(Partition.Key(key))));
        List<(string Name, int Calls, Func<string, Task> Call)> batches =
        [
            ("100 upserts of one text key, in one batch", 16, _ => raw.BatchAsync(RowsOfBatch)),
            ("Sira batch of 100", 16, async _ => await engine.Store.WriteAsync(Enumerable.Range(0, RowsOfBatch).Aggregate(new StoreBatch(), static (batch, row) => batch.Put(Partition.Key(RawPostgreSql.Key(row)), Value)))),
        ];

        output.WriteLine($"Medians of {Rounds} rounds, values of {Value.Length} bytes; how long a call takes, and the share of the first of the group that is left");
        foreach (var callers in (int[])[1, 16])
        {
            foreach (var group in (List<(string, int, Func<string, Task>)>[])[writes, reads, batches])
            {
                await TimeAsync(output, callers, group);
            }
        }
    }

    private static async Task TimeAsync(TextWriter output, int callers, List<(string Name, int Calls, Func<string, Task> Call)> group)
    {
        var times = Array.ConvertAll(group.ToArray(), static _ => new double[Rounds]);
        var order = Enumerable.Range(0, group.Count).ToArray();
        var random = new Random(2);
        for (var round = -WarmUp; round < Rounds; round++)
        {
            random.Shuffle(order);
            foreach (var i in order)
            {
                var began = TimeProvider.System.GetTimestamp();
                await TurnAsync(callers, group[i].Calls, group[i].Call);
                if (round >= 0)
                {
                    times[i][round] = TimeProvider.System.GetElapsedTime(began).TotalMicroseconds * callers / group[i].Calls;
                }
            }
        }

        for (var i = 0; i < group.Count; i++)
        {
            var share = Median(times[0].Zip(times[i], static (floor, time) => floor / time));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {callers,2} callers  {group[i].Name,-44} {Median(times[i]),9:0.0} us {100 * share,5:0} %"));
        }
    }

    private static Task TurnAsync(int callers, int calls, Func<string, Task> call)
    {
        return callers == 1 ? RunAsync(0) : Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => RunAsync(caller))));

        // Callers keep to rows of their own: who waits for another's lock measures that one.
        async Task RunAsync(int caller)
        {
            for (var i = 0; i < calls / callers; i++)
            {
                await call(RawPostgreSql.Key(caller + (i * callers)));
            }
        }
    }

    private static double Median(IEnumerable<double> times)
    {
        var ordered = times.Order().ToArray();
        return ordered[ordered.Length / 2];
    }
}
