using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Kernel.Messaging;

/// <summary>What the message bus measures.</summary>
internal static class MessagingMetrics
{
    private static readonly Counter<long> DroppedMessages = SiraDiagnostics.Meter.CreateCounter<long>(
        "sira.bus.dropped", "{message}", "Messages that a subscription dropped: its queue was full, or did not drain in time when it ended.");

    public static void Dropped(Type messageType, int count = 1) => DroppedMessages.Add(count, new KeyValuePair<string, object?>("sira.message.type", messageType.Name));
}
