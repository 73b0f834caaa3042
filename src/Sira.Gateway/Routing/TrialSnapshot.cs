using System.Runtime.CompilerServices;
using Sira.Gateway.Configuration.Policies;
using Sira.Kernel.Configuration.Rollout;
using Sira.Requests;

namespace Sira.Gateway.Routing;

/// <summary>The snapshot that a rollout sends a share of the traffic, beside the one in force.</summary>
internal sealed class TrialSnapshot
{
    // The model calls of one request stay together, also where it is dealt by chance.
    private readonly ConditionalWeakTable<RequestContext, object> dealt = [];
    private readonly StickyBy stickyBy;
    private readonly RolloutTraffic traffic;
    private readonly RolloutShare onTrial;
    private readonly RolloutShare onStable;

    public TrialSnapshot(GatewaySnapshot snapshot, RolloutTraffic traffic)
    {
        (Snapshot, this.traffic) = (snapshot, traffic);
        stickyBy = Enum.TryParse<StickyBy>(traffic.StickyBy, ignoreCase: true, out var known) ? known : StickyBy.None;
        (onTrial, onStable) = (new RolloutShare(traffic, OnTrial: true), new RolloutShare(traffic, OnTrial: false));
    }

    public GatewaySnapshot Snapshot { get; }

    /// <summary>Chooses which of the two serves a request.</summary>
    public RolloutShare Deal(RequestContext? request)
    {
        var key = stickyBy switch
        {
            StickyBy.Conversation => request?.AffinityKey,
            StickyBy.User => request?.User,
            StickyBy.Tenant => request?.Tenant,
            _ => null,
        };
        return !string.IsNullOrEmpty(key) || request is null ? Take(key) : (RolloutShare)dealt.GetValue(request, _ => Take(null));
    }

    private RolloutShare Take(string? key) => traffic.TakesTrial(key) ? onTrial : onStable;
}
