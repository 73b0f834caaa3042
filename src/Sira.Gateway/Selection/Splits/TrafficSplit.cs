using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Routing;
using Sira.Kernel.Balancing;
using Sira.Kernel.Time;
using Sira.Requests;

namespace Sira.Gateway.Selection.Splits;

/// <summary>Deals the requests of a route out among the arms of its traffic split.</summary>
internal sealed class TrafficSplit
{
    /// <summary>The name of the arm of those that no other takes.</summary>
    public const string Control = "control";

    private readonly TrafficVariant control = new(Control, percent: 0, layer: null);
    private readonly TrafficVariant[] arms;
    private readonly TrafficSegment[] segments;
    private readonly StickyBy stickyBy;
    private readonly ulong seed;

    public TrafficSplit(string route, TrafficSplitOptions options, TrafficVariant[] arms)
    {
        (this.arms, stickyBy) = (arms, options.StickyBy);
        segments = TrafficSegments.Create(arms);
        // Names of routes ignore case.
        seed = StableHash.Combine(StableHash.Compute(route.ToUpperInvariant()), StableHash.Compute(options.Name));
    }

    public void Bind(Route route)
    {
        control.Bind(route);
        foreach (var arm in arms)
        {
            arm.Bind(route);
        }
    }

    /// <summary>The arm of a request: always the same for one key, drawn by chance without.</summary>
    public TrafficVariant Assign(RequestContext request, IRandomSource random)
    {
        var key = stickyBy switch
        {
            StickyBy.Conversation => request.AffinityKey,
            StickyBy.User => request.User,
            StickyBy.Tenant => request.Tenant,
            _ => null,
        };
        var point = 100 * (string.IsNullOrEmpty(key) ? random.NextDouble() : Fraction(StableHash.Combine(seed, StableHash.Compute(key))));
        foreach (var segment in segments)
        {
            if (point >= segment.From && point < segment.To)
            {
                return segment.Arm;
            }
        }

        return control;
    }

    private static double Fraction(ulong hash) => (hash >> 11) / (double)(1UL << 53);
}
