using Sira.Kernel.Configuration;
using Sira.Simulation.Traffic;

namespace Sira.Simulation.Replay;

/// <summary>Replays traffic against policies: the real gateway in virtual time, on simulated providers. Nothing leaves the process, and a day takes seconds.</summary>
public static class WhatIf
{
    /// <summary>Runs each policy over the same log in the same world.</summary>
    /// <param name="log">The traffic.</param>
    /// <param name="policies">The policies; differences are told against the first.</param>
    /// <param name="world">The providers: every backend that a policy uses must be described in it, so that none is really called.</param>
    /// <param name="cancellationToken">Ends the replay between two requests.</param>
    /// <returns>The report. Equal logs, policies and worlds give equal reports.</returns>
    /// <exception cref="ArgumentException">There is no policy, or two have one name.</exception>
    /// <exception cref="SiraConfigurationException">A policy has mistakes, or uses a backend that the world does not have.</exception>
    public static async Task<WhatIfReport> RunAsync(TrafficLog log, IReadOnlyList<WhatIfPolicy> policies, SimulatedWorld world, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(world);
        if (policies.Count == 0 || policies.DistinctBy(static policy => policy.Name).Count() != policies.Count)
        {
            throw new ArgumentException("Give at least one policy, and each a name of its own.", nameof(policies));
        }

        var reports = new List<PolicyReport>();
        foreach (var policy in policies)
        {
            var run = new PolicyRun(policy, world, log);
            await using (run.ConfigureAwait(false))
            {
                reports.Add(await run.RunAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        return new WhatIfReport(log.Duration, reports);
    }
}
