using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Budgets;

/// <summary>Makes the pools of budgets. They live in the kernel by name, so what has been spent survives a reload.</summary>
internal sealed class BudgetPools(ResourcePoolRegistry registry, ResourceScheduler scheduler)
{
    private readonly ConditionalWeakTable<ResourcePool, ThresholdWatch> watches = [];
    private readonly Lock gate = new();

    // The pools of values that have a limit of their own, by name: what is spent of them goes with the value when that limit goes.
    private readonly Dictionary<string, (string FamilyName, string Key)> exceptions = new(StringComparer.Ordinal);

    /// <summary>Checks budgets and says what they limit. Nothing is in force before <see cref="Open"/>.</summary>
    public static RoutePool[] Create(string owner, IEnumerable<BudgetOptions> budgets, string path, ConfigurationErrors errors)
    {
        var pools = new List<RoutePool>();
        foreach (var budget in budgets)
        {
            if (BudgetValidator.Check(budget, path, errors))
            {
                Add(pools, owner, budget);
            }
        }

        foreach (var twice in pools.GroupBy(static pool => pool.Name, StringComparer.Ordinal).Where(static group => group.Count() > 1))
        {
            errors.Add(path, $"there are {twice.Count()} budgets of the same: {twice.Key}.", "Keep one of them, or give them different lengths of Per.");
        }

        foreach (var pool in pools.Where(static pool => pool is { FamilyName: not null, IsException: false }))
        {
            pool.Exceptions = pools.Where(other => other.IsException && other.FamilyName == pool.FamilyName).Select(static other => other.Match!).ToFrozenSet(StringComparer.Ordinal);
        }

        return [.. pools];
    }

    /// <summary>Puts budgets in force: with the limits that they have now and what has been spent of them.</summary>
    public void Open(IEnumerable<RoutePool> pools)
    {
        lock (gate)
        {
            var all = pools.Distinct().ToArray();
            foreach (var pool in all)
            {
                var isNew = pool.IsException && !registry.TryGet(pool.Name, out _);
                pool.Open(registry, watches);
                if (pool.IsException)
                {
                    exceptions[pool.Name] = (pool.FamilyName!, pool.Key);
                }

                if (isNew && FamilyOf(pool.FamilyName!) is { } family && family.TryGet(pool.Key, out var spent))
                {
                    Carry(spent.Used, pool.Pool!);
                }
            }

            Forget(all.Where(static pool => pool.IsException).Select(static pool => pool.Name).ToHashSet(StringComparer.Ordinal));
        }
    }

    // A value that has no limit of its own any more has the general one again, less what it has spent. Where there is no general one, its pool is kept, in case that comes back.
    private void Forget(HashSet<string> current)
    {
        foreach (var (name, (familyName, key)) in exceptions.Where(known => !current.Contains(known.Key)).ToArray())
        {
            if (FamilyOf(familyName) is { } family && registry.TryGet(name, out var pool))
            {
                var general = family.Get(key);
                Carry(pool.Used - general.Used, general);
                registry.Remove(name);
                exceptions.Remove(name);
            }
        }
    }

    private ResourcePoolFamily? FamilyOf(string name) => registry.Families.FirstOrDefault(family => family.Name == name);

    // As debt, which counts from now on.
    private void Carry(long spent, ResourcePool to)
    {
        if (spent > 0 && scheduler.TryReserve([new ResourceRequest(to, 0)], out var reservation, out _))
        {
            reservation.Settle([spent]);
        }
    }

    private static void Add(List<RoutePool> pools, string owner, BudgetOptions budget)
    {
        if (budget.Usd is { } usd)
        {
            pools.Add(new RoutePool(RoutePoolKind.Money, owner, budget, Money.ToPicoDollars(usd)));
        }

        if (budget.Tokens is { } tokens)
        {
            pools.Add(new RoutePool(RoutePoolKind.Tokens, owner, budget, tokens));
        }

        if (budget.Requests is { } requests)
        {
            pools.Add(new RoutePool(RoutePoolKind.Requests, owner, budget, requests));
        }
    }
}
