using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Resources;

namespace Sira.Tests.Simulation;

/// <summary>A budget that a request reserves from.</summary>
/// <param name="Pool">The name of the pool, or of its family.</param>
/// <param name="Key">Of a family, whose; otherwise <see langword="null"/>.</param>
/// <param name="Kind"><c>money</c>, <c>token</c> or <c>request</c>.</param>
/// <param name="Limit">In dollars, tokens or requests.</param>
/// <param name="Per">The length of the window.</param>
/// <param name="IsStrict">Whether nothing may be spent beyond it.</param>
internal sealed record WorldBudget(string Pool, string? Key, string Kind, decimal Limit, TimeSpan Per, bool IsStrict)
{
    public bool TryGetPool(ResourcePoolRegistry registry, [NotNullWhen(true)] out ResourcePool? pool)
    {
        if (Key is null)
        {
            return registry.TryGet(Pool, out pool);
        }

        pool = null;
        return registry.Families.FirstOrDefault(family => family.Name == Pool) is { } family && family.TryGet(Key, out pool);
    }
}
