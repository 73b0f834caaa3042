using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Benchmarks.Support;
using Sira.Session;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Keys;
using Sira.Storage.Writing;
using SQLitePCL;

namespace Sira.Benchmarks.Storage;

/// <summary>How fast values of 1 KiB and sessions are written to SQLite and read, beside the same statements prepared once and run bare, with a commit for each.</summary>
internal static class SqliteReport
{
    private const int Rounds = 5;
    private const int Turns = 500;

    private static readonly byte[] Value = new byte[1024];

    public static async Task WriteAsync(TextWriter output)
    {
        new Random(1).NextBytes(Value);
        using (var folder = new TemporaryFolder())
        {
            output.WriteLine($"Values of 1 KiB and sessions in SQLite; fastest and slowest of {Rounds} rounds, for each operation");
            Time(output, "probe: 1 KiB with fsync", 200, Probe(folder.File));
        }

        foreach (var (durability, name, scale) in ((StorageDurability, string, int)[])[(StorageDurability.ProcessCrash, "normal", 10), (StorageDurability.PowerLoss, "full", 1)])
        {
            using var folder = new TemporaryFolder();
            using (var raw = new RawSqlite(folder.File, durability))
            {
                Time(output, $"{name}: bare upsert, a commit each", 300 * scale, raw.Put);
                Time(output, $"{name}: bare read", 5000, raw.Get);
            }

            using var own = new TemporaryFolder();
            await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = own.File, Durability = durability });
            await engine.OpenAsync();
            await TimeAsync(output, $"{name}: put, 1 caller", 300 * scale, 1, async i => await engine.Store.PutAsync(new StoreKey("n", $"{i % 1000}"), Value));
            await TimeAsync(output, $"{name}: put, 64 callers", 64 * 100 * scale, 64, async i => await engine.Store.PutAsync(new StoreKey("n", $"{i % 1000}"), Value));
            await TimeAsync(output, $"{name}: get, 1 caller", 5000, 1, async i => await engine.Store.GetAsync(new StoreKey("n", $"{i % 300}")));
            await using var encoded = new CodecEngine(engine, new CodecOptions());
            await SessionsAsync(output, name, encoded, 300 * scale);
        }
    }

    private static async Task SessionsAsync(TextWriter output, string name, CodecEngine engine, int count)
    {
        await using var sessions = new SessionStore(engine);
        var session = await sessions.CreateAsync("long");
        for (var i = 0; i < Turns; i++)
        {
            await session.AppendAsync([new ChatMessage(ChatRole.User, $"What about number {i}, and why?"), new ChatMessage(ChatRole.Assistant, $"Number {i} is as good as any other, because all of them are.")]);
        }

        var appended = await sessions.CreateAsync("appended");
        var message = new ChatMessage(ChatRole.User, "What about this, and why?");
        await TimeAsync(output, $"{name}: session append", count, 1, async _ => await appended.AppendAsync([message]));
        await TimeAsync(output, $"{name}: session open, warm, 1,000 messages", 2000, 1, async _ => await sessions.OpenAsync(new SessionKey("long")));
        await TimeAsync(output, $"{name}: session open, cold, 1,000 messages", 20, 1, async _ =>
        {
            await using var other = new SessionStore(engine);
            await other.OpenAsync(new SessionKey("long"));
        });
        await TimeAsync(output, $"{name}: session fork", 100, 1, async _ => await session.ForkAsync());
    }

    private static Action<int> Probe(string path) => _ =>
    {
        using var file = new FileStream(path, FileMode.Append);
        file.Write(Value);
        file.Flush(flushToDisk: true);
    };

    private static void Time(TextWriter output, string name, int count, Action<int> run)
    {
        var (fastest, slowest) = (TimeSpan.MaxValue, TimeSpan.Zero);
        for (var round = -1; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                run(i);
            }

            Note(round, Stopwatch.GetElapsedTime(started), ref fastest, ref slowest);
        }

        Write(output, name, count, fastest, slowest);
    }

    private static async Task TimeAsync(TextWriter output, string name, int count, int callers, Func<int, Task> run)
    {
        var (fastest, slowest) = (TimeSpan.MaxValue, TimeSpan.Zero);
        for (var round = -1; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
            {
                for (var i = caller; i < count; i += callers)
                {
                    await run(i);
                }
            })));
            Note(round, Stopwatch.GetElapsedTime(started), ref fastest, ref slowest);
        }

        Write(output, name, count, fastest, slowest);
    }

    // The first round warms up.
    private static void Note(int round, TimeSpan taken, ref TimeSpan fastest, ref TimeSpan slowest)
    {
        if (round >= 0)
        {
            (fastest, slowest) = (taken < fastest ? taken : fastest, taken > slowest ? taken : slowest);
        }
    }

    private static void Write(TextWriter output, string name, int count, TimeSpan fastest, TimeSpan slowest) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-42} {fastest.TotalMicroseconds / count,9:0.0} us {slowest.TotalMicroseconds / count,9:0.0} us {count / fastest.TotalSeconds,11:#,0} /s"));

    private sealed class RawSqlite : IDisposable
    {
        private readonly sqlite3 database;
        private readonly sqlite3_stmt put;
        private readonly sqlite3_stmt get;
        private long writes;

        public RawSqlite(string path, StorageDurability durability)
        {
            Batteries_V2.Init();
            Check(raw.sqlite3_open(path, out database), raw.SQLITE_OK);
            foreach (var sql in (string[])["PRAGMA journal_mode = WAL", $"PRAGMA synchronous = {(durability is StorageDurability.PowerLoss ? 2 : 1)}", "CREATE TABLE items (name BLOB PRIMARY KEY, value BLOB NOT NULL)"])
            {
                Check(raw.sqlite3_exec(database, sql), raw.SQLITE_OK);
            }

            Check(raw.sqlite3_prepare_v2(database, "INSERT INTO items VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2", out put), raw.SQLITE_OK);
            Check(raw.sqlite3_prepare_v2(database, "SELECT value FROM items WHERE name = ?1", out get), raw.SQLITE_OK);
        }

        public void Put(int i)
        {
            // SQLite writes nothing where the bytes are those that stand there.
            BitConverter.TryWriteBytes(Value, ++writes);
            raw.sqlite3_bind_text(put, 1, $"{i % 1000}");
            raw.sqlite3_bind_blob(put, 2, Value);
            Check(raw.sqlite3_step(put), raw.SQLITE_DONE);
            raw.sqlite3_reset(put);
        }

        public void Get(int i)
        {
            raw.sqlite3_bind_text(get, 1, $"{i % 300}");
            Check(raw.sqlite3_step(get), raw.SQLITE_ROW);
            _ = raw.sqlite3_column_blob(get, 0).ToArray();
            raw.sqlite3_reset(get);
        }

        public void Dispose()
        {
            put.Dispose();
            get.Dispose();
            database.Dispose();
        }

        // A floor that does nothing would be a low one.
        private static void Check(int code, int expected)
        {
            if (code != expected)
            {
                throw new InvalidOperationException($"SQLite says {code}.");
            }
        }
    }
}
