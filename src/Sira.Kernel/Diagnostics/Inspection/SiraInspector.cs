using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Rollout;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Contributions;
using Sira.Kernel.Health.Status;

namespace Sira.Kernel.Diagnostics.Inspection;

/// <summary>Asks the sources.</summary>
internal sealed class SiraInspector(ContributionCatalogue contributions, ISiraHealth health, ISiraConfiguration configuration, IConfigurationRollouts rollouts, TimeProvider time) : ISiraInspector
{
    public DiagnosticsSnapshot Inspect(DecisionFilter? decisions = null)
    {
        var builder = new DiagnosticsSnapshotBuilder(decisions ?? new DecisionFilter());
        foreach (var contribution in contributions.Current.Get<IDiagnosticsSource>())
        {
            if (!contribution.TryEnter(out var call))
            {
                continue;
            }

            using var entered = call;
            try
            {
                call.Value.Contribute(builder);
            }
#pragma warning disable CA1031 // One source that fails must not hide the others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                builder.AddFact(call.Value.Name, "error", $"{exception.GetType().Name}: {SecretText.Mask(exception.Message)}");
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
            Topics = [.. builder.Topics],
            Groups = [.. builder.Groups],
            Decisions = [.. builder.Decisions.OrderByDescending(static decision => decision.EndedAt).Take(Math.Max(0, builder.DecisionFilter.Maximum))],
            Facts = builder.Facts,
        };
    }
}
