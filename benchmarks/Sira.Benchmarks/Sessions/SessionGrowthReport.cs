using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Benchmarks.Support;
using Sira.Session;
using Sira.Session.Turns;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Sqlite;

namespace Sira.Benchmarks.Sessions;

/// <summary>Whether turns stay as fast as they were while a store fills: many sessions in SQLite, the turns of all of them mixed, so that hardly one is in memory when its next turn comes.</summary>
/// <remarks>The callers make as many turns as go, so that their times are those of a store at its limit; the last turns of each tenth are made by one caller alone, whose times are those of a store that has time. A turn is what <c>UseSessions</c> makes of it: open, append what the user says, append the answer. Each tenth of a turn's sessions is opened once more right behind it. Beside them sessions that do not grow are opened cold, which shows the growth of the store without that of its sessions.</remarks>
internal sealed class SessionGrowthReport : IDisposable
{
    private const int Callers = 32;
    private const int Parts = 10;
    private const int Fixed = 200;
    private const int FixedTurns = 10;
    private const int Alone = 1000;

    // Of the length of what is said in recorded conversations, at the median.
    private static readonly string Question = new('q', 120);
    private static readonly string Answer = new('a', 600);

    private readonly TemporaryFolder folder = new();
    private readonly Samples creates = new(Callers);
    private readonly Samples appends = new(Callers);
    private readonly Samples colds = new(Callers);
    private readonly Samples warms = new(Callers);
    private readonly Samples appendsAlone = new(1);
    private readonly Samples coldsAlone = new(1);
    private readonly int sessions;
    private readonly int turns;
    private readonly long step;
    private readonly TextWriter output;

    private SessionGrowthReport(int sessions, int turns, TextWriter output)
    {
        (this.sessions, this.turns, this.output) = (sessions, turns, output);

        // A step without a common divisor visits all of them once, far from one to the next.
        for (step = (long)(sessions * 0.618) | 1; Divisor(step, sessions) != 1; step += 2)
        {
        }
    }

    public static async Task WriteAsync(int sessions, int turns, TextWriter output)
    {
        using var report = new SessionGrowthReport(sessions, turns, output);
        await report.RunAsync();
    }

    public void Dispose() => folder.Dispose();

    private async Task RunAsync()
    {
        output.WriteLine($"{sessions:#,0} sessions of {turns} turns in SQLite, normal durability, {Callers} callers; microseconds, median and 99th percentile");
        output.WriteLine("  done  minutes    turns/s        append          open, cold      open, warm   append, alone    cold, alone    fixed, cold   log+file MB   managed MB   resident MB   load");
        Probe();
        await using var engine = new SqliteEngine(new SqliteEngineOptions { Path = folder.File, Durability = StorageDurability.ProcessCrash });
        await engine.OpenAsync();
        await using (var store = new SessionStore(engine))
        {
            await FixAsync(store);
        }

        using var stop = new CancellationTokenSource();
        await using var busy = new SessionStore(engine);
        var sweeping = SweepAsync(busy, stop.Token);
        var started = Stopwatch.GetTimestamp();
        var all = (long)sessions * turns;
        for (var part = 0; part < Parts; part++)
        {
            await RunAsync(busy, engine, all * part / Parts, all * (part + 1) / Parts, Stopwatch.GetElapsedTime(started), part);
        }

        await stop.CancelAsync();
        await sweeping;
        Probe();
        await CheckAsync(engine);
    }

    private async Task RunAsync(SessionStore store, SqliteEngine engine, long from, long to, TimeSpan before, int part)
    {
        var next = from - 1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var turn = Interlocked.Increment(ref next); turn < to - Alone; turn = Interlocked.Increment(ref next))
            {
                await TurnAsync(store, caller, turn, appends, colds);
            }
        })));
        var taken = Stopwatch.GetElapsedTime(started);
        for (var turn = to - Alone; turn < to; turn++)
        {
            await TurnAsync(store, 0, turn, appendsAlone, coldsAlone);
        }

        var still = await OpenFixedAsync(engine);
        var managed = GC.GetTotalMemory(forceFullCollection: true) >> 20;
        var bytes = Directory.GetFiles(Path.GetDirectoryName(folder.File)!).Sum(static file => new FileInfo(file).Length) >> 20;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(part + 1) * 100 / Parts,5}% {(before + taken).TotalMinutes,8:0.0} {(to - Alone - from) / taken.TotalSeconds,10:#,0} {appends.Take(),15} {colds.Take(),19} {warms.Take(),15} {appendsAlone.Take(),15} {coldsAlone.Take(),14} {still.Take(),15} {bytes,13:#,0} {managed,12:#,0} {Environment.WorkingSet >> 20,13:#,0} {Load(),6}"));
        creates.Take();
    }

    private async Task TurnAsync(SessionStore store, int caller, long number, Samples appended, Samples opened)
    {
        var turn = number / sessions;
        var id = $"s{((number % sessions * step) + (turn * 7919)) % sessions}";
        var at = Stopwatch.GetTimestamp();
        var session = await store.OpenOrCreateAsync(new SessionKey(id));
        (turn == 0 ? creates : opened).Add(caller, at);

        at = Stopwatch.GetTimestamp();
        var said = await session.StartTurnAsync([new ChatMessage(ChatRole.User, Question)]);
        appended.Add(caller, at);

        at = Stopwatch.GetTimestamp();
        await session.EndTurnAsync(said, [new ChatMessage(ChatRole.Assistant, Answer)], new TurnEnd(TurnOutcome.Completed) { FinishReason = ChatFinishReason.Stop, Model = "model" });
        appended.Add(caller, at);

        if (number % 10 == 0)
        {
            at = Stopwatch.GetTimestamp();
            await store.OpenAsync(new SessionKey(id));
            warms.Add(caller, at);
        }
    }

    private static async Task FixAsync(SessionStore store)
    {
        for (var i = 0; i < Fixed; i++)
        {
            var session = await store.CreateAsync($"fixed{i}");
            for (var turn = 0; turn < FixedTurns; turn++)
            {
                var said = await session.StartTurnAsync([new ChatMessage(ChatRole.User, Question)]);
                await session.EndTurnAsync(said, [new ChatMessage(ChatRole.Assistant, Answer)], new TurnEnd(TurnOutcome.Completed));
            }
        }
    }

    // By one caller, and a store that has nothing in memory.
    private static async Task<Samples> OpenFixedAsync(SqliteEngine engine)
    {
        var samples = new Samples(1);
        await using var cold = new SessionStore(engine, new SessionOptions { CachedHistories = 0 });
        for (var i = 0; i < Fixed; i++)
        {
            var at = Stopwatch.GetTimestamp();
            await cold.OpenAsync(new SessionKey($"fixed{i}"));
            samples.Add(0, at);
        }

        return samples;
    }

    // As often as a host does by default.
    private static async Task SweepAsync(SessionStore store, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await store.SweepAsync(cancellationToken: cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task CheckAsync(SqliteEngine engine)
    {
        await using var other = new SessionStore(engine);
        for (var i = 0; i < sessions; i += Math.Max(1, sessions / 500))
        {
            var messages = (await other.OpenAsync(new SessionKey($"s{i}"))).History.Messages.Count;
            if (messages != 2 * turns)
            {
                throw new InvalidOperationException($"Session s{i} has {messages} messages, and {2 * turns} were appended.");
            }
        }
    }

    private void Probe()
    {
        var samples = new Samples(1);
        using var file = new FileStream(folder.File + "-probe", FileMode.Append);
        for (var i = 0; i < 200; i++)
        {
            var at = Stopwatch.GetTimestamp();
            file.Write(new byte[1024]);
            file.Flush(flushToDisk: true);
            samples.Add(0, at);
        }

        output.WriteLine($"  probe: 1 KiB with fsync {samples.Take()}; load {Load()}");
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    private static long Divisor(long one, long other) => other == 0 ? one : Divisor(other, one % other);

    /// <summary>Times in microseconds, a list for each caller.</summary>
    private sealed class Samples(int callers)
    {
        private readonly List<float>[] lists = [.. Enumerable.Range(0, callers).Select(static _ => new List<float>())];

        public void Add(int caller, long since) => lists[caller].Add((float)Stopwatch.GetElapsedTime(since).TotalMicroseconds);

        /// <summary>Returns median and 99th percentile, and begins anew.</summary>
        public string Take()
        {
            float[] all = [.. lists.SelectMany(static list => list)];
            Array.ForEach(lists, static list =>
            {
                list.Clear();
                list.TrimExcess();
            });
            Array.Sort(all);
            return all.Length == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{all[all.Length / 2]:#,0} {all[(int)(all.Length * 0.99)]:#,0}");
        }
    }
}
