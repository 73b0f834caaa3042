using Sira.Kernel.Configuration;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Balancing.Selection;

/// <summary>Selects the endpoint for a call: filter, priority level, locality, balancer, breaker, in one step.</summary>
/// <remarks>
/// <para>Thread-safe; make one for each service and kind of caller and keep it. What follows from the list and the health of the endpoints is computed once for each change of either, so that selecting takes the same time however many there are, and allocates nothing.</para>
/// <para>Calls go to the first level as far as its healthy endpoints can take them, then to the next, and within a level to the nearest endpoints in the same way, as Envoy splits them. An endpoint whose break is over gets one call of those that pass by.</para>
/// </remarks>
public sealed class EndpointSelector
{
    // Picks at random before the candidates are gone through one by one.
    private const int QuickPicks = 3;

    private readonly Lock gate = new();
    private readonly CallSlips slips = new();
    private readonly IServiceRegistry registry;
    private readonly EndpointSelectorOptions options;
    private readonly ILoadBalancer balancer;
    private readonly IRandomSource random;
    private volatile SelectionPlan plan;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="service">The name of the service; it need not exist yet.</param>
    /// <param name="balancer">Picks among equals.</param>
    /// <param name="random">The source of randomness.</param>
    /// <param name="options">Among which endpoints calls are spread; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException"><paramref name="service"/> is blank.</exception>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public EndpointSelector(IServiceRegistry registry, string service, ILoadBalancer balancer, IRandomSource random, EndpointSelectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(balancer);
        ArgumentNullException.ThrowIfNull(random);
        this.options = options ?? EndpointSelectorOptions.Default;
        var errors = new ConfigurationErrors();
        this.options.Validate("Selector", errors);
        errors.ThrowIfAny();
        (this.registry, Service, this.balancer, this.random) = (registry, service, balancer, random);
        plan = SelectionPlan.Build(registry, service, this.options);
    }

    /// <summary>Gets the name of the service.</summary>
    public string Service { get; }

    internal IServiceRegistry Registry => registry;

    /// <summary>Selects an endpoint and begins a call on it.</summary>
    /// <param name="call">The call, to be completed whatever happens; the default value when there is none.</param>
    /// <param name="affinityKey">A hash of what should stick together, for balancers that heed it; 0 when nothing should.</param>
    /// <param name="tried">Endpoints that are not wanted, since this call has failed on them.</param>
    /// <returns>Whether there is an endpoint that may be called.</returns>
    public bool TrySelect(out EndpointCall call, ulong affinityKey = 0, scoped ReadOnlySpan<Endpoint> tried = default)
    {
        var current = plan;
        if (!current.IsCurrent)
        {
            current = Rebuild();
        }

        var groups = current.Groups;
        if (current.Recovering.Length > 0 && TryRecovering(current, tried, out call))
        {
            return true;
        }

        if (groups.Length == 0)
        {
            call = default;
            return false;
        }

        var endpoints = current.Endpoints.AsSpan();
        var context = new BalancingContext(random, affinityKey);
        var drawn = groups.Length == 1 ? 0 : current.Draw(random.NextDouble());
        var group = groups[drawn];
        for (var i = 0; i < QuickPicks; i++)
        {
            var endpoint = endpoints[group.Candidates[balancer.Pick(endpoints, group.Candidates, context)]];
            if (!Contains(tried, endpoint) && TryBegin(endpoint, group.IsPanic, out call))
            {
                return true;
            }
        }

        return TryEach(current, drawn, context, tried, out call);
    }

    // Goes through what is left of the drawn group, then through the others, until one takes the call.
    private bool TryEach(SelectionPlan current, int drawn, in BalancingContext context, scoped ReadOnlySpan<Endpoint> tried, out EndpointCall call)
    {
        var endpoints = current.Endpoints.AsSpan();
        for (var i = 0; i < current.Groups.Length; i++)
        {
            var group = current.Groups[i == 0 ? drawn : i <= drawn ? i - 1 : i];
            var left = group.Candidates.AsSpan().ToArray();
            var count = left.Length;
            while (count > 0)
            {
                var picked = balancer.Pick(endpoints, left.AsSpan(0, count), context);
                var endpoint = endpoints[left[picked]];
                if (!Contains(tried, endpoint) && TryBegin(endpoint, group.IsPanic, out call))
                {
                    return true;
                }

                left.AsSpan(picked + 1, count - picked - 1).CopyTo(left.AsSpan(picked));
                count--;
            }
        }

        call = default;
        return false;
    }

    // One look for each call while others are well; when nobody is, all of them are looked at.
    private bool TryRecovering(SelectionPlan current, scoped ReadOnlySpan<Endpoint> tried, out EndpointCall call)
    {
        var recovering = current.Recovering;
        var next = random.Next(recovering.Length);
        for (var looks = current.Groups.Length == 0 ? recovering.Length : 1; looks > 0; looks--)
        {
            var endpoint = current.Endpoints[recovering[next]];
            if (endpoint.Breaker.CanEnter() && !Contains(tried, endpoint) && TryBegin(endpoint, panic: false, out call))
            {
                return true;
            }

            next = next + 1 == recovering.Length ? 0 : next + 1;
        }

        call = default;
        return false;
    }

    private bool TryBegin(Endpoint endpoint, bool panic, out EndpointCall call)
    {
        // Begun before the signals are read, so that whoever drains the endpoint either is seen here or sees this call.
        endpoint.Load.Begin();
        var signals = endpoint.Signals & Endpoint.OutOfService;
        if (signals == 0 || (panic && (signals & EndpointSignals.Draining) == 0))
        {
            if (endpoint.Breaker.TryEnter(out var permit) || panic)
            {
                call = new EndpointCall(endpoint, permit, slips.Take());
                return true;
            }
        }

        endpoint.Load.End();
        call = default;
        return false;
    }

    private static bool Contains(ReadOnlySpan<Endpoint> tried, Endpoint endpoint)
    {
        foreach (var one in tried)
        {
            if (ReferenceEquals(one, endpoint))
            {
                return true;
            }
        }

        return false;
    }

    private SelectionPlan Rebuild()
    {
        lock (gate)
        {
            // One caller computes, the others that found the plan out of date wait for it: a few microseconds for a thousand endpoints.
            return plan.IsCurrent ? plan : plan = SelectionPlan.Build(registry, Service, options);
        }
    }
}
