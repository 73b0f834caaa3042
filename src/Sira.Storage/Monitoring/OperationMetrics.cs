using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;
using Sira.Storage.Errors;

namespace Sira.Storage.Monitoring;

/// <summary>What is measured of the operations of all engines. Neither keys nor tenants are tags: each would be a time series of its own.</summary>
internal static class OperationMetrics
{
    private const string Cancelled = "cancelled";
    private const string Done = "done";
    private const string Failed = "failed";

    // Those that OpenTelemetry's conventions advise for databases, and finer ones before them: an engine in the process needs microseconds.
    private static readonly double[] Buckets = [0.000_01, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

    // Not db.client.operation.duration: the clients of databases report that themselves, of statements and not of operations, and both would be summed up.
    private static readonly Histogram<double> Duration = SiraDiagnostics.Meter.CreateHistogram(
        "sira.storage.operation.duration",
        "s",
        "How long an operation of a storage engine took.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });

    public static bool IsEnabled => Duration.Enabled;

    public static void Record(string engine, MonitoredOperation operation, TimeSpan elapsed, Exception? exception = null, bool isCancelled = false)
    {
        var tags = new TagList
        {
            { "sira.storage.engine", engine },
            { "sira.storage.operation", operation.Name },
            { "sira.storage.outcome", exception is null ? Done : isCancelled ? Cancelled : Failed },
        };
        if (exception is not null && !isCancelled)
        {
            tags.Add("error.type", exception is StorageException storage ? storage.Kind.ToString() : exception.GetType().FullName);
        }

        Duration.Record(elapsed.TotalSeconds, tags);
    }
}
