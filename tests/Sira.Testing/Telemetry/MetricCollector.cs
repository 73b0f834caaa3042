using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Testing.Telemetry;

/// <summary>Collects Sira's measurements that carry a tag of a given value, so that tests that run at the same time do not see each other's.</summary>
public sealed class MetricCollector : IDisposable
{
    private readonly ConcurrentQueue<Measured> measured = new();
    private readonly MeterListener listener = new();

    /// <summary>Starts to listen.</summary>
    /// <param name="tag">The tag that a measurement must have.</param>
    /// <param name="value">The tag's value.</param>
    public MetricCollector(string tag, string value)
    {
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == SiraDiagnostics.SourceName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, number, tags, _) => Add(instrument.Name, number, tags));
        listener.SetMeasurementEventCallback<int>((instrument, number, tags, _) => Add(instrument.Name, number, tags));
        listener.SetMeasurementEventCallback<long>((instrument, number, tags, _) => Add(instrument.Name, number, tags));
        listener.Start();

        void Add(string instrument, double number, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var copy = tags.ToArray().ToDictionary();
            if (copy.TryGetValue(tag, out var found) && Equals(found, value))
            {
                measured.Enqueue(new Measured(instrument, number, copy));
            }
        }
    }

    /// <summary>The measurements so far.</summary>
    public IReadOnlyList<Measured> All => [.. measured];

    /// <summary>The measurements of one instrument so far.</summary>
    public IReadOnlyList<Measured> Of(string instrument) => [.. measured.Where(one => one.Instrument == instrument)];

    /// <summary>Reads the instruments that have to be asked.</summary>
    public void Observe() => listener.RecordObservableInstruments();

    /// <inheritdoc />
    public void Dispose() => listener.Dispose();

    /// <summary>One measurement.</summary>
    /// <param name="Instrument">The instrument's name.</param>
    /// <param name="Value">The value.</param>
    /// <param name="Tags">The tags.</param>
    public sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);
}
