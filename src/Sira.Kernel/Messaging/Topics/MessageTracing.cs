using System.Diagnostics;
using Sira.Kernel.Diagnostics;
using Sira.Kernel.Messaging.Queueing;

namespace Sira.Kernel.Messaging.Topics;

/// <summary>Spans after OpenTelemetry's semantic conventions for messaging; nothing is built while nobody listens.</summary>
internal static class MessageTracing
{
    private const string System = "sira";

    public static Activity? StartSend(string topic, string? messageId)
    {
        if (!SiraDiagnostics.ActivitySource.HasListeners() || SiraDiagnostics.ActivitySource.StartActivity($"send {topic}", ActivityKind.Producer) is not { } activity)
        {
            return null;
        }

        return activity.SetTag("messaging.system", System)
            .SetTag("messaging.destination.name", topic)
            .SetTag("messaging.operation.name", "send")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.message.id", messageId);
    }

    public static Activity? StartProcess<T>(MessageMetadata metadata, string group, PendingMessage<T> pending)
    {
        if (!SiraDiagnostics.ActivitySource.HasListeners())
        {
            return null;
        }

        _ = ActivityContext.TryParse(metadata.TraceParent, metadata.TraceState, isRemote: true, out var parent);
        if (SiraDiagnostics.ActivitySource.StartActivity($"process {metadata.Topic}", ActivityKind.Consumer, parent) is not { } activity)
        {
            return null;
        }

        activity.SetTag("messaging.system", System)
            .SetTag("messaging.destination.name", metadata.Topic)
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.message.id", metadata.Id)
            .SetTag("messaging.message.conversation_id", metadata.CorrelationId)
            .SetTag("messaging.consumer.group.name", group)
            .SetTag("sira.bus.delivery", pending.Deliveries);
        return pending.Lane is { } lane ? activity.SetTag("messaging.destination.partition.id", lane.Index.ToString(global::System.Globalization.CultureInfo.InvariantCulture)) : activity;
    }
}
