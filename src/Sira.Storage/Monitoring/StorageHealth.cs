using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Errors;
using Sira.Kernel.Health.Status;
using Sira.Storage.Errors;

namespace Sira.Storage.Monitoring;

/// <summary>Unhealthy while the last operations of an engine failed, degraded while the last one or two did. From what callers met: nothing is asked of an engine.</summary>
internal sealed class StorageHealth(EngineMonitors monitors) : IHealthContributor
{
    /// <summary>How long failures count as news. A process that was taken out of service because of them meets no others, and would never come back.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    public string Name => "storage";

    public ComponentHealth Check()
    {
        var (worst, reasons, data) = (HealthStatus.Healthy, new List<string>(), new Dictionary<string, string>());
        foreach (var monitor in monitors.All)
        {
            var (reads, writes) = (monitor.FailingReads, monitor.FailingWrites);
            var status = Worse(Judge(reads, monitor.Now, reasons, monitor.Engine, "read"), Judge(writes, monitor.Now, reasons, monitor.Engine, "written"));
            data[monitor.Engine] = status.ToString();
            worst = Worse(worst, status);
        }

        return new ComponentHealth(Name, worst, reasons) { Data = data };
    }

    // The framework's worst status is its least number.
    private static HealthStatus Worse(HealthStatus one, HealthStatus other) => one < other ? one : other;

    private static HealthStatus Judge(EngineFailure? failure, DateTimeOffset now, List<string> reasons, string engine, string done)
    {
        if (failure is null)
        {
            return HealthStatus.Healthy;
        }

        var isFresh = now - failure.LastAt < Fresh;
        reasons.Add(Sentence.End(string.Create(
            CultureInfo.InvariantCulture,
            $"The engine '{engine}' could not be {done}: {Count(failure.Count)} failed{(failure.Count == 1 ? string.Empty : $" since {failure.Since:u}")}, {(isFresh ? "the last" : "and nothing was tried since")} at {failure.LastAt:u} ({failure.Kind}). {failure.Message}")));
        return isFresh && failure.Count >= EngineMonitor.FailuresUntilUnhealthy && failure.Kind is not StorageErrorKind.Busy ? HealthStatus.Unhealthy : HealthStatus.Degraded;
    }

    private static string Count(long count) => count == 1 ? "the last operation" : string.Create(CultureInfo.InvariantCulture, $"the last {count} operations");
}
