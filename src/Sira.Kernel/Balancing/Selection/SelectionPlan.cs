using System.Collections.Immutable;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing.Selection;

/// <summary>What follows from a snapshot and the health of its endpoints for selecting among them. Immutable; out of date as soon as either changes.</summary>
internal sealed class SelectionPlan
{
    private readonly ServiceSnapshot snapshot;
    private readonly long epoch;

    private SelectionPlan(ServiceSnapshot snapshot, long epoch, SelectionGroup[] groups, int[] recovering) =>
        (this.snapshot, this.epoch, Groups, Recovering) = (snapshot, epoch, groups, recovering);

    /// <summary>Gets the groups that get calls, in the order of preference.</summary>
    public SelectionGroup[] Groups { get; }

    /// <summary>Gets the endpoints of levels in use whose breakers were open. Breaks end by the clock, which nobody tells: so each call looks at one of them.</summary>
    public int[] Recovering { get; }

    public ImmutableArray<Endpoint> Endpoints => snapshot.Endpoints;

    public bool IsCurrent => !snapshot.Superseded.IsDue && snapshot.Health.Value == epoch;

    public static SelectionPlan Build(IServiceRegistry registry, string service, EndpointSelectorOptions options)
    {
        var snapshot = registry.GetSnapshot(service);

        // Before the endpoints are looked at, so that a change meanwhile makes the plan out of date.
        var epoch = snapshot.Health.Value;
        var usable = Enumerable.Range(0, snapshot.Endpoints.Length)
            .Where(index => options.Filter.Matches(snapshot.Endpoints[index]))
            .Select(index => new Candidate(index, snapshot.Endpoints[index]))
            .Where(candidate => candidate.Health != EndpointHealth.Draining)
            .ToArray();
        var levels = usable.GroupBy(candidate => candidate.Endpoint.Priority).OrderBy(level => level.Key).Select(level => level.ToArray()).ToArray();
        var loads = new double[levels.Length];
        var enough = Split(levels, options, loads);
        var groups = new List<SelectionGroup>();
        var recovering = new List<int>();
        var upTo = 0d;
        if (!enough && levels.All(level => Panics(level, options)))
        {
            // Nobody's health is believed: by the number of endpoints.
            loads = [.. levels.Select(level => level.Length / (double)usable.Length)];
        }

        for (var i = 0; i < levels.Length; i++)
        {
            if (loads[i] > 0 || groups.Count == 0)
            {
                recovering.AddRange(levels[i].Where(candidate => candidate.IsRecovering).Select(candidate => candidate.Index));
            }

            if (loads[i] > 0)
            {
                AddLevel(groups, levels[i], !enough && Panics(levels[i], options), upTo, loads[i], options);
                upTo += loads[i];
            }
        }

        return new SelectionPlan(snapshot, epoch, [.. groups], [.. recovering]);
    }

    /// <summary>Finds the group in whose share of [0, 1) a number falls.</summary>
    public int Draw(double number)
    {
        var group = 0;
        while (group < Groups.Length - 1 && number >= Groups[group].UpTo)
        {
            group++;
        }

        return group;
    }

    private static void AddLevel(List<SelectionGroup> groups, Candidate[] level, bool panic, double from, double load, EndpointSelectorOptions options)
    {
        Candidate[][] places = options.Locality is { } here
            ? [.. Enumerable.Range(0, Locality.Distances).Select(distance => level.Where(candidate => here.DistanceTo(candidate.Endpoint.Locality) == distance).ToArray())]
            : [level];
        var loads = new double[places.Length];
        if (panic)
        {
            for (var i = 0; i < places.Length; i++)
            {
                loads[i] = places[i].Length / (double)level.Length;
            }
        }
        else
        {
            Split(places, options, loads);
        }

        var upTo = from;
        for (var i = 0; i < places.Length; i++)
        {
            if (loads[i] > 0)
            {
                upTo += load * loads[i];
                groups.Add(new SelectionGroup([.. places[i].Where(candidate => panic || candidate.IsAvailable).Select(candidate => candidate.Index)], upTo, panic));
            }
        }
    }

    private static bool Split(Candidate[][] parts, EndpointSelectorOptions options, double[] loads) => HealthySplit.Compute(
        [.. parts.Select(part => part.Count(candidate => candidate.IsAvailable))],
        [.. parts.Select(part => part.Length)],
        options.OverprovisioningFactor,
        loads);

    private static bool Panics(Candidate[] level, EndpointSelectorOptions options) =>
        level.Count(candidate => candidate.IsAvailable) < options.PanicThreshold * level.Length;

    // The health is read once, so that the counts and the lists agree.
    private sealed class Candidate(int index, Endpoint endpoint)
    {
        public int Index { get; } = index;

        public Endpoint Endpoint { get; } = endpoint;

        public EndpointHealth Health { get; } = endpoint.Health;

        public bool IsAvailable => Health is EndpointHealth.Healthy or EndpointHealth.Degraded;

        public bool IsRecovering => Health == EndpointHealth.Unhealthy && Endpoint.IsInService;
    }
}
