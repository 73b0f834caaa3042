using System.Collections.Concurrent;
using Sira.Backends;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration.Traffic;
using Sira.Kernel.Overload;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;

namespace Sira.Gateway.Capacity;

/// <summary>Makes the capacities of targets. What counts for them lives by name, so that a reload forgets nothing.</summary>
internal sealed class TargetCapacities(ResourcePoolRegistry registry, TimeProvider time, IRandomSource random)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, AdaptiveConcurrencyLimit> adaptive = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, AdaptiveThrottle> throttles = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the capacity of a target.</summary>
    /// <param name="backend">Its backend.</param>
    /// <param name="target">Its name.</param>
    /// <param name="limits">The limits of all targets.</param>
    /// <param name="isShared">Whether its room is shared by tokens.</param>
    public TargetCapacity Of(IBackend backend, string target, IEnumerable<TargetLimitOptions> limits, bool isShared)
    {
        var (pools, limiters, guards) = (new List<CapacityPool>(), new List<AdaptiveConcurrencyLimit>(), new List<AdaptiveThrottle>());
        foreach (var limit in limits)
        {
            if (string.Equals(limit.Target, target, StringComparison.OrdinalIgnoreCase) || string.Equals(limit.Target, backend.Name, StringComparison.OrdinalIgnoreCase))
            {
                Add(limit, pools, limiters, guards);
            }
        }

        if (isShared && pools.Count > 0)
        {
            pools.Add(CapacityPool.ForSharing(target));
        }

        return pools.Count == 0 && guards.Count == 0 ? TargetCapacity.Unlimited : new TargetCapacity([.. pools], [.. limiters], [.. guards]);
    }

    private void Add(TargetLimitOptions limit, List<CapacityPool> pools, List<AdaptiveConcurrencyLimit> limiters, List<AdaptiveThrottle> guards)
    {
        if (limit.RequestsPerMinute is { } requests)
        {
            pools.Add(new CapacityPool(RoutePoolKind.Requests, registry.GetOrAdd($"request limit of {limit.Target} per minute", ResourcePoolDefinition.Sliding(requests, Minute, ResourceUnit.Requests))));
        }

        if (limit.TokensPerMinute is { } tokens)
        {
            pools.Add(new CapacityPool(RoutePoolKind.Tokens, registry.GetOrAdd($"token limit of {limit.Target} per minute", ResourcePoolDefinition.Sliding(tokens, Minute, ResourceUnit.Tokens))));
        }

        if (limit.Adaptive)
        {
            var most = limit.Concurrency ?? AdaptiveConcurrencyLimitOptions.Default.MaximumLimit;
            var options = AdaptiveConcurrencyLimitOptions.Default with { MaximumLimit = most, InitialLimit = Math.Min(AdaptiveConcurrencyLimitOptions.Default.InitialLimit, most) };
            var limiter = adaptive.GetOrAdd(limit.Target, static (name, state) => new AdaptiveConcurrencyLimit($"adaptive concurrency limit of {name}", state.options, state.time), (options, time));
            limiter.Reconfigure(options);
            limiters.Add(limiter);
            pools.Add(new CapacityPool(RoutePoolKind.Requests, limiter.Pool));
        }
        else if (limit.Concurrency is { } concurrency)
        {
            pools.Add(new CapacityPool(RoutePoolKind.Requests, registry.GetOrAdd($"concurrency limit of {limit.Target}", ResourcePoolDefinition.Concurrency(concurrency))));
        }

        if (limit.Throttle)
        {
            guards.Add(throttles.GetOrAdd(limit.Target, static (_, state) => new AdaptiveThrottle(AdaptiveThrottleOptions.Default, state.time, state.random), (time, random)));
        }
    }
}
