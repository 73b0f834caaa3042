using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Kernel.Tests.Messaging;

/// <summary>Counts what <c>sira.bus.dropped</c> reports for one type of message.</summary>
internal sealed class DroppedMessages<T> : IDisposable
{
    private readonly MeterListener listener = new();
    private long count;

    public DroppedMessages()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == SiraDiagnostics.SourceName && instrument.Name == "sira.bus.dropped")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var (key, type) in tags)
            {
                if (key == "sira.message.type" && (string?)type == typeof(T).Name)
                {
                    Interlocked.Add(ref count, value);
                }
            }
        });
        listener.Start();
    }

    public long Count => Interlocked.Read(ref count);

    public void Dispose() => listener.Dispose();
}
