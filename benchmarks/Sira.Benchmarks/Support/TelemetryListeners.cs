using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Benchmarks.Support;

/// <summary>Listens to all of Sira's spans and measurements and throws them away: what the instrumentation costs without any exporter.</summary>
internal sealed class TelemetryListeners : IDisposable
{
    private readonly ActivityListener spans = new()
    {
        ShouldListenTo = static source => source.Name == SiraDiagnostics.SourceName,
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly MeterListener measurements = new()
    {
        InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == SiraDiagnostics.SourceName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };

    public TelemetryListeners()
    {
        ActivitySource.AddActivityListener(spans);
        measurements.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        measurements.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        measurements.SetMeasurementEventCallback<int>(static (_, _, _, _) => { });
        measurements.Start();
    }

    public void Dispose()
    {
        spans.Dispose();
        measurements.Dispose();
    }
}
