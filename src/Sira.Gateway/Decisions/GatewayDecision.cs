using Sira.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Selection;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Decisions;

/// <summary>The gateway's decision: facts are noted while the request runs, text is made when somebody reads it.</summary>
internal sealed class GatewayDecision : RouteDecision
{
    private readonly TimeProvider time;
    private readonly long requestStarted;
    private readonly RequestProfile profile;
    private AttemptFacts first;
    private List<AttemptFacts>? further;

    // Few calls are refused by a budget.
    private List<(int TargetIndex, ResourceRejection Rejection)>? refusals;

    public GatewayDecision(RoutingPlan plan, long snapshotVersion, in RequestProfile profile, long requestStarted, TimeProvider clock)
    {
        (Plan, time, this.requestStarted, this.profile) = (plan, clock, requestStarted, profile);
        SnapshotVersion = snapshotVersion;
        Facts = new CandidateFact[plan.Route.Targets.Length];
    }

    public override string Route => Plan.Route.Name;

    public override string Strategy => Plan.Strategy.Name;

    public override long SnapshotVersion { get; }

    public override string? Variant => Plan.Variant;

    public override DegradedMode Degraded => IsStaticAnswer ? DegradedMode.StaticAnswer : Chosen >= 0 && Plan.Route.Targets[Chosen].Fallback is FallbackKind.Degraded ? DegradedMode.SmallerModel : DegradedMode.None;

    public override long EstimatedInputTokens => profile.InputTokens;

    /// <summary>How the request is routed.</summary>
    public RoutingPlan Plan { get; }

    /// <summary>What the request needs of a target.</summary>
    public ref readonly RequestProfile Profile => ref profile;

    public CandidateFact[] Facts { get; }

    public int AttemptCount { get; private set; }

    /// <summary>Whether it was answered with the route's fixed text.</summary>
    public bool IsStaticAnswer { get; set; }

    /// <summary>How long the call waited in the route's queue.</summary>
    public TimeSpan Queued { get; set; }

    /// <summary>The target that was chosen last, or -1.</summary>
    public int Chosen { get; set; } = -1;

    public override string? Target => Chosen < 0 ? null : Plan.Route.Targets[Chosen].Name;

    public override IReadOnlyList<RouteCandidate> Candidates => CandidateRenderer.Render(Plan, Facts, profile, Chosen, WasTried, RefusalOf);

    /// <summary>Why a budget refused a target, the last time that one did.</summary>
    public ResourceRejection? Refusal => refusals?[^1].Rejection;

    public override IReadOnlyList<RouteAttempt> Attempts
    {
        get
        {
            var attempts = new RouteAttempt[AttemptCount];
            for (var i = 0; i < attempts.Length; i++)
            {
                attempts[i] = Render(Get(i));
            }

            return attempts;
        }
    }

    public override decimal? Cost
    {
        get
        {
            decimal? sum = 0m;
            for (var i = 0; i < AttemptCount; i++)
            {
                sum += Get(i).Cost;
            }

            return sum;
        }
    }

    /// <summary>Notes that a budget has too little left for a target.</summary>
    public void Refuse(int targetIndex, in ResourceRejection rejection)
    {
        (refusals ??= []).Add((targetIndex, rejection));
        Facts[targetIndex].Dropped = DropReason.QuotaExhausted;
    }

    /// <returns>The number of the attempt, for <see cref="FactsOf"/>.</returns>
    public int Begin(int targetIndex, long now)
    {
        Chosen = targetIndex;
        var facts = new AttemptFacts { TargetIndex = targetIndex, Started = now };
        if (AttemptCount++ == 0)
        {
            first = facts;
        }
        else
        {
            (further ??= []).Add(facts);
        }

        return AttemptCount - 1;
    }

    /// <summary>What is noted of an attempt.</summary>
    public ref AttemptFacts FactsOf(int number) => ref number == 0 ? ref first : ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(further)[number - 1];

    private ResourceRejection? RefusalOf(int targetIndex)
    {
        var index = refusals?.FindLastIndex(refusal => refusal.TargetIndex == targetIndex) ?? -1;
        return index < 0 ? null : refusals![index].Rejection;
    }

    private bool WasTried(int targetIndex)
    {
        for (var i = 0; i < AttemptCount; i++)
        {
            if (Get(i).TargetIndex == targetIndex)
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => DecisionText.Write(this);

    private AttemptFacts Get(int index) => index == 0 ? first : further![index - 1];

    // The dearest it can have been: the whole input uncached, and the longest answer that was asked for or that the model gives.
    private decimal? BoundOf(RouteTarget target) =>
        (profile.MaxOutputTokens ?? target.Model.MaxOutputTokens) is { } longest ? target.EstimateCost(profile.InputTokens, longest) : null;

    private RouteAttempt Render(in AttemptFacts facts) => new()
    {
        Target = Plan.Route.Targets[facts.TargetIndex].Name,
        StartedAfter = time.GetElapsedTime(requestStarted, facts.Started),
        Duration = time.GetElapsedTime(facts.Started, facts.Ended == 0 ? time.GetTimestamp() : facts.Ended),
        FirstToken = facts.FirstToken == 0 ? null : time.GetElapsedTime(facts.Started, facts.FirstToken),
        Error = facts.Error,
        StatusCode = facts.StatusCode,
        Usage = facts.Usage,
        Cost = facts.Cost,
        IsEstimated = facts.IsEstimated,
        CostBound = facts.IsEstimated ? BoundOf(Plan.Route.Targets[facts.TargetIndex]) : null,
        IsHedge = facts.IsHedge,
        OutputLimit = facts.OutputLimit,
        Recovery = facts.Recovery,
    };
}
