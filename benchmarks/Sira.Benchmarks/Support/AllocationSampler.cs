using System.Diagnostics.Tracing;
using System.Globalization;

namespace Sira.Benchmarks.Support;

/// <summary>Samples of which types objects are made. The runtime reports one allocation in every 100 KB or so with its type, which is an unbiased sample of bytes.</summary>
internal sealed class AllocationSampler : EventListener
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
