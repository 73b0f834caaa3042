using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Resources;

namespace Sira.Kernel.Health.Status;

/// <summary>Degraded while a pool that everybody shares is used up. A pool of one key among many, such as a tenant's budget, is that key's business and only counted.</summary>
internal sealed class PoolHealth(ResourcePoolRegistry registry) : IHealthContributor
{
    private const int MostNamed = 20;

    public string Name => "pools";

    public ComponentHealth Check()
    {
        var usedUp = registry.Pools.Where(static pool => pool is not ConcurrencyPool && pool.Available == 0).OrderBy(static pool => pool.Name, StringComparer.Ordinal).ToArray();
        var reasons = usedUp.Take(MostNamed).Select(static pool => $"The {pool.Name} is used up: {pool.Unit.Format(pool.Used)} of {pool.Unit.Format(pool.Limit)}. Raise it, or wait.").ToList();
        if (usedUp.Length > MostNamed)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"So are {usedUp.Length - MostNamed} more."));
        }

        return new ComponentHealth(Name, usedUp.Length == 0 ? HealthStatus.Healthy : HealthStatus.Degraded, reasons)
        {
            Data = new Dictionary<string, string> { ["pools"] = registry.Pools.Count.ToString(CultureInfo.InvariantCulture), ["families"] = registry.Families.Count.ToString(CultureInfo.InvariantCulture) },
        };
    }
}
