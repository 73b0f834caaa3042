using System.Globalization;
using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>Times all subjects in turns, a few hundred microseconds each, and shows the fastest turn of each: on a machine with other work that is nearer to the truth than an average, and all subjects meet the same weather.</summary>
internal static class TimeReport
{
    private const int Rounds = 800;
    private const int CallsPerTurn = 100;

    public static void Write(TextWriter output)
    {
        foreach (var (mode, listening) in new[] { (LeafMode.Ready, false), (LeafMode.Suspended, false), (LeafMode.Ready, true) })
        {
            using var subjects = new Subjects(mode, chunks: 1, listening);
            using var everything = new TenantSubjects(mode, listening);
            (string Name, Func<Task<ChatResponse>> Ask)[] rows =
            [
                ("unary: bare", () => subjects.AskAsync(subjects.Bare)),
                ("  3 layers", () => subjects.AskAsync(subjects.Layers)),
                ("  Polly", () => subjects.AskAsync(subjects.Polly)),
                ("  Sira, one target", () => subjects.AskAsync(subjects.OneTarget)),
                ("  Sira, loaded", () => subjects.AskAsync(subjects.Loaded)),
                ("everything: bare", () => everything.AskNewAsync(everything.Bare)),
                ("  4 layers", () => everything.AskNewAsync(everything.Layers)),
                ("  Polly", () => everything.AskNewAsync(everything.Polly)),
                ("  Sira, without cache", () => everything.AskNewAsync(everything.Uncached)),
                ("  Sira, cache miss", () => everything.AskNewAsync(everything.Cached)),
                ("  Sira, limits, hedging", () => everything.AskNewAsync(everything.Limited)),
                ("  Sira, cache hit", () => everything.AskAgainAsync(everything.Cached)),
            ];
            var fastest = Measure(rows.Select(static row => row.Ask).ToArray());
            output.WriteLine(listening ? $"{mode}, listening" : $"{mode}");
            for (var i = 0; i < rows.Length; i++)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rows[i].Name,-24} {fastest[i],7:0} ns"));
            }
        }
    }

    private static double[] Measure(Func<Task<ChatResponse>>[] subjects)
    {
        var fastest = new double[subjects.Length];
        Array.Fill(fastest, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < subjects.Length; i++)
            {
                var started = TimeProvider.System.GetTimestamp();
                for (var call = 0; call < CallsPerTurn; call++)
                {
                    subjects[i]().GetAwaiter().GetResult();
                }

                fastest[i] = Math.Min(fastest[i], TimeProvider.System.GetElapsedTime(started).TotalNanoseconds / CallsPerTurn);
            }
        }

        return fastest;
    }
}
