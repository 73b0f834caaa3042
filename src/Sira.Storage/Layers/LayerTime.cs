namespace Sira.Storage.Layers;

/// <summary>Spans of time as differences of timestamps.</summary>
internal static class LayerTime
{
    public static long ToTimestamp(this TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
