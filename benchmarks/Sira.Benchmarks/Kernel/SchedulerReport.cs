using System.Globalization;

namespace Sira.Benchmarks.Kernel;

/// <summary>Times the scheduler in turns of a hundred calls and shows the fastest turn of each subject, and how long single decisions take, each timed by itself.</summary>
internal static class SchedulerReport
{
    private const int Rounds = 4000;
    private const int CallsPerTurn = 100;
    private const int WarmUps = 5;
    private const int WarmUpCalls = 20_000;
    private const int Decisions = 2_000_000;

    public static void Write(TextWriter output)
    {
        var quotas = new QuotaBenchmarks();
        quotas.SetUp();
        var heap = new FairPickBenchmarks();
        heap.SetUp();
        WriteTurns(output,
        [
            ("24 pairs of interlocked additions", Repeated(() => quotas.InterlockedPairs())),
            ("quotas, 8 kinds on 3 levels, slots", Repeated(() => quotas.Slots())),
            ("quotas, 8 kinds on 3 levels, mixed", Repeated(() => quotas.MixedKinds())),
            ("heap of 1,000 tenants", Repeated(() => heap.HeapAlone())),
            ("end, pick, grant, wait again: order", Repeated(heap.StrictOrder)),
            ("the same, vtc", Repeated(heap.TokenCounter)),
            ("the same, drf", Repeated(heap.DominantShare)),
            ("end, pick, grant: order", Drained(FairLine.Strict(waitsAgain: false))),
            ("the same, vtc", Drained(FairLine.TokenCounter(waitsAgain: false))),
            ("the same, drf", Drained(FairLine.DominantShare(waitsAgain: false))),
        ]);
        output.WriteLine();
        output.WriteLine($"{Decisions} single calls: median, p99, p99.9");
        WriteLatency(output, "two readings of the clock", static () => { });
        WriteLatency(output, "24 pairs of interlocked additions", () => quotas.InterlockedPairs());
        WriteLatency(output, "admit and release, slots", () => quotas.Slots());
        WriteLatency(output, "admit and release, mixed", () => quotas.MixedKinds());
    }

    private static void WriteTurns(TextWriter output, (string Name, Func<TimeSpan> Turn)[] rows)
    {
        // One after the other: a thousand tenants do not stay in the caches while others have their turn.
        output.WriteLine($"Fastest of {Rounds} turns of {CallsPerTurn} calls");
        foreach (var (name, turn) in rows)
        {
            WarmUp(() => turn(), WarmUpCalls / CallsPerTurn);
            var fastest = TimeSpan.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var taken = turn();
                fastest = taken < fastest ? taken : fastest;
            }

            var each = fastest.TotalNanoseconds / CallsPerTurn;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-38} {each,7:0} ns {1e3 / each,7:0.00} million/s"));
        }
    }

    private static Func<TimeSpan> Repeated(Action call) => () =>
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < CallsPerTurn; i++)
        {
            call();
        }

        return TimeProvider.System.GetElapsedTime(started);
    };

    // Who waits again does so before the clock runs.
    private static Func<TimeSpan> Drained(FairLine line)
    {
        var turn = Repeated(line.Next);
        return () =>
        {
            line.Fill();
            return turn();
        };
    }

    private static void WriteLatency(TextWriter output, string name, Action call)
    {
        WarmUp(call, WarmUpCalls);
        var taken = new long[Decisions];
        for (var i = 0; i < taken.Length; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            call();
            taken[i] = TimeProvider.System.GetTimestamp() - started;
        }

        Array.Sort(taken);
        var nanoseconds = 1e9 / TimeProvider.System.TimestampFrequency;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-38} {At(0.5),7:0} ns {At(0.99),7:0} ns {At(0.999),7:0} ns"));

        double At(double part) => taken[(int)(taken.Length * part)] * nanoseconds;
    }

    // Pauses, in which the compiler catches up with what it has seen.
    private static void WarmUp(Action call, int calls)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            for (var n = 0; n < calls; n++)
            {
                call();
            }

            Task.Delay(TimeSpan.FromMilliseconds(150)).GetAwaiter().GetResult();
        }
    }
}
