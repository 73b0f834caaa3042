using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Health.Status;

namespace Sira.Storage.State;

/// <summary>Degraded while the state of the process is not kept: everything works, and a restart would forget.</summary>
internal sealed class StateHealth(IStateKeeper keeper) : IHealthContributor
{
    public string Name => "state";

    public ComponentHealth Check()
    {
        var failure = (keeper as StateKeeper)?.Failure;
        return new ComponentHealth(Name, failure is null ? HealthStatus.Healthy : HealthStatus.Degraded, failure is null ? [] : [failure])
        {
            Data = keeper.SavedAt is { } savedAt ? new Dictionary<string, string> { ["savedAt"] = savedAt.ToString("u", CultureInfo.InvariantCulture) } : new Dictionary<string, string>(),
        };
    }
}
