using System.Globalization;
using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>Counts, in seconds instead of minutes, the bytes that each subject adds to the bare leaf and how often it reads the clock, and samples which types the bytes are.</summary>
internal static class AllocationReport
{
    // Past what a cache holds, so that every entry stored puts one out.
    private const int WarmUp = 20_000;
    private const int Calls = 10_000;
    private const int SampledCalls = 150_000;

    public static void Write(TextWriter output)
    {
        foreach (var (mode, listening) in new[] { (LeafMode.Ready, false), (LeafMode.Suspended, false), (LeafMode.Ready, true) })
        {
            var kind = listening ? $"{mode}, listening" : $"{mode}";
            var clock = new CountingTimeProvider();
            using (var subjects = new Subjects(mode, chunks: 1, listening, clock))
            {
                Compare(output, clock, $"unary, {kind}", () => subjects.AskAsync(subjects.Bare), [
                    ("layers", () => subjects.AskAsync(subjects.Layers)),
                    ("Polly", () => subjects.AskAsync(subjects.Polly)),
                    ("Sira, one target", () => subjects.AskAsync(subjects.OneTarget)),
                    ("Sira, loaded", () => subjects.AskAsync(subjects.Loaded)),
                ]);
            }

            using var everything = new TenantSubjects(mode, listening, clock);
            Compare(output, clock, $"everything, {kind}", () => everything.AskNewAsync(everything.Bare), [
                ("layers", () => everything.AskNewAsync(everything.Layers)),
                ("Polly", () => everything.AskNewAsync(everything.Polly)),
                ("Sira, without cache", () => everything.AskNewAsync(everything.Uncached)),
                ("Sira, cache miss", () => everything.AskNewAsync(everything.Cached)),
                ("Sira, limits, hedging", () => everything.AskNewAsync(everything.Limited)),
            ]);
            Compare(output, clock, $"asked again, {kind}", () => everything.AskAgainAsync(everything.Bare), [("Sira, cache hit", () => everything.AskAgainAsync(everything.Cached))]);
        }

        using var ready = new Subjects(LeafMode.Ready);
        Sample(output, "one target", () => ready.AskAsync(ready.OneTarget));
        using var full = new TenantSubjects(LeafMode.Ready);
        Sample(output, "without cache", () => full.AskNewAsync(full.Uncached));
        Sample(output, "cache miss", () => full.AskNewAsync(full.Cached));
        Sample(output, "limits, hedging", () => full.AskNewAsync(full.Limited));
    }

    private static void Compare(TextWriter output, CountingTimeProvider clock, string title, Func<Task<ChatResponse>> bare, (string Name, Func<Task<ChatResponse>> Ask)[] others)
    {
        var floor = Measure(clock, bare).Bytes;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: bare {floor} B"));
        foreach (var (name, ask) in others)
        {
            var (bytes, readings) = Measure(clock, ask);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-22} {bytes - floor,6:+0;-0;0} B, {readings} clock readings"));
        }
    }

    private static (long Bytes, long Readings) Measure(CountingTimeProvider clock, Func<Task<ChatResponse>> ask)
    {
        Repeat(ask, WarmUp);
        var (bytes, readings) = (GC.GetAllocatedBytesForCurrentThread(), clock.Readings);
        Repeat(ask, Calls);
        return ((GC.GetAllocatedBytesForCurrentThread() - bytes) / Calls, (clock.Readings - readings) / Calls);
    }

    private static void Sample(TextWriter output, string title, Func<Task<ChatResponse>> ask)
    {
        Repeat(ask, WarmUp);
        using var sampler = new AllocationSampler();
        Repeat(ask, SampledCalls);
        output.WriteLine($"types of a call, {title}, the leaf's and the harness's own included:");
        foreach (var (type, bytes) in sampler.Totals.OrderByDescending(static total => total.Value).Where(static total => total.Value > 5 * SampledCalls))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {bytes / (double)SampledCalls,8:0} B  {type}"));
        }
    }

    private static void Repeat(Func<Task<ChatResponse>> ask, int times)
    {
        for (var i = 0; i < times; i++)
        {
            ask().GetAwaiter().GetResult();
        }
    }
}
