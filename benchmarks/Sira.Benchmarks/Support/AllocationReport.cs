using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>Counts, in seconds instead of minutes, the bytes that each subject adds to the bare leaf, and samples which types the loaded gateway's are.</summary>
internal static class AllocationReport
{
    private const int WarmUp = 20_000;
    private const int Calls = 10_000;
    private const int SampledCalls = 400_000;

    public static void Write(TextWriter output)
    {
        foreach (var (mode, listening) in new[] { (LeafMode.Ready, false), (LeafMode.Suspended, false), (LeafMode.Ready, true) })
        {
            using var subjects = new Subjects(mode, chunks: 1, listening);
            var floor = BytesPerCall(subjects, subjects.Bare);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"unary, {mode}{(listening ? ", listening" : string.Empty)}: bare {floor} B"));
            foreach (var (name, client) in Others(subjects))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-10} +{BytesPerCall(subjects, client) - floor} B"));
            }
        }

        using var loaded = new Subjects(LeafMode.Ready);
        using var sampler = new AllocationSampler();
        for (var i = 0; i < SampledCalls; i++)
        {
            loaded.AskAsync(loaded.Loaded).GetAwaiter().GetResult();
        }

        output.WriteLine("types of the loaded gateway's call, the leaf's and the harness's own included:");
        foreach (var (type, bytes) in sampler.Totals.OrderByDescending(static total => total.Value))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {bytes / (double)SampledCalls,8:0.0} B  {type}"));
        }
    }

    private static (string Name, IChatClient Client)[] Others(Subjects subjects) =>
        [("layers", subjects.Layers), ("Polly", subjects.Polly), ("Sira one", subjects.OneTarget), ("Sira all", subjects.Loaded)];

    private static long BytesPerCall(Subjects subjects, IChatClient client)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            subjects.AskAsync(client).GetAwaiter().GetResult();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            subjects.AskAsync(client).GetAwaiter().GetResult();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
    }

    /// <summary>The runtime reports one allocation in every 100 KB or so with its type, which is an unbiased sample of bytes.</summary>
    private sealed class AllocationSampler : EventListener
    {
        private const EventKeywords GarbageCollection = (EventKeywords)0x1;

        public Dictionary<string, long> Totals { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            {
                EnableEvents(eventSource, EventLevel.Verbose, GarbageCollection);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) == true
                && eventData.PayloadNames!.IndexOf("TypeName") is >= 0 and var type
                && eventData.PayloadNames!.IndexOf("AllocationAmount64") is >= 0 and var amount)
            {
                var name = (string)eventData.Payload![type]!;
                lock (Totals)
                {
                    Totals[name] = Totals.GetValueOrDefault(name) + Convert.ToInt64(eventData.Payload[amount], CultureInfo.InvariantCulture);
                }
            }
        }
    }
}
