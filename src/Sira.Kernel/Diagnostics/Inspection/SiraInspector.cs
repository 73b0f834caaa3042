using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Health.Status;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Asks the sources.</summary>
internal sealed class SiraInspector(IEnumerable<IDiagnosticsSource> sources, ISiraHealth health, ISiraConfiguration configuration, IConfigurationRollouts rollouts, TimeProvider time) : ISiraInspector
{
    private readonly IDiagnosticsSource[] sources = [.. sources];

    public DiagnosticsSnapshot Inspect(DecisionFilter? decisions = null)
    {
        var builder = new DiagnosticsSnapshotBuilder(decisions ?? new DecisionFilter());
        foreach (var source in sources)
        {
            try
            {
                source.Contribute(builder);
            }
#pragma warning disable CA1031 // One source that fails must not hide the others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                builder.AddFact(source.Name, "error", $"{exception.GetType().Name}: {exception.Message}");
            }
        }

        return new DiagnosticsSnapshot
        {
            TakenAt = time.GetUtcNow(),
            Health = health.Check(),
            Configuration = configuration.Current,
            Versions = configuration.Versions,
            Rollout = rollouts.Current,
            Queues = [.. builder.Queues],
            Pools = [.. builder.Pools],
            Endpoints = [.. builder.Endpoints],
            Decisions = [.. builder.Decisions.OrderByDescending(static decision => decision.EndedAt).Take(Math.Max(0, builder.DecisionFilter.Maximum))],
            Facts = builder.Facts,
        };
    }
}
