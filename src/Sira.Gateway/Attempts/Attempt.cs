using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Capacity;
using Sira.Gateway.Decisions;
using Sira.Gateway.Events;
using Sira.Gateway.Routing;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Health;
using Sira.Kernel.Overload;
using Sira.Kernel.Resources;

namespace Sira.Gateway.Attempts;

/// <summary>One attempt under way at one target: what it holds (leave of two breakers, a reservation, a place in the load) and how it gives that back, once.</summary>
/// <remarks>Also its own token source and deadline, so that an attempt is one object. Attempts of one call that run side by side are begun and ended one after another by whoever awaits them.</remarks>
internal sealed class Attempt : AttemptCancellation
{
    private readonly GatewayCall call;
    private readonly HealthPermits permits;
    private readonly Reservation? reservation;
    private readonly Reservation? room;
    private readonly int number;
    private long usedTokens;

    public Attempt(GatewayCall call, int index, int number, HealthPermits permits, Reservation? reservation, Reservation? room, TimeSpan total, CancellationToken caller)
        : base(call.Services.Time, call.Decision.FactsOf(number).Started, total, caller)
    {
        (this.call, Index, this.number, this.permits, this.reservation, this.room) = (call, index, number, permits, reservation, room);
    }

    /// <summary>The target's place in the route.</summary>
    public int Index { get; }

    /// <summary>The attempt's number within the call, from 1.</summary>
    public int Number => number + 1;

    public GatewayCall Call => call;

    protected override TimeProvider Time => call.Services.Time;

    protected override ILogger Logger => call.Services.Logger;

    protected override string TargetName => Target.Name;

    public RouteTarget Target => call.Route.Targets[Index];

    public AttemptTimeouts Timeouts => call.TimeoutsOf(Target);

    public ref AttemptFacts Facts => ref call.Decision.FactsOf(number);

    /// <summary>Ends it with an answer.</summary>
    /// <param name="usage">The usage, if it was reported.</param>
    /// <param name="receivedTokens">The tokens that had been received, roughly.</param>
    /// <param name="isPending">Whether the answer goes on in the background: it is billed when it is fetched whole.</param>
    public void Succeed(UsageDetails? usage, long receivedTokens, bool isPending = false)
    {
        var services = call.Services;
        var duration = End(error: null, usage);
        ref var facts = ref Facts;
        TimeSpan? firstToken = call.IsStreaming ? facts.FirstToken == 0 ? duration : services.Time.GetElapsedTime(facts.Started, facts.FirstToken) : null;
        Target.Statistics.Record(firstToken, duration, isPending ? null : usage, receivedTokens, call.Route.Mix, facts.Ended);
        Charge(ref facts, usage, receivedTokens, billed: !isPending || usage is not null, isWhole: true);
        Target.Capacity.Record(ConcurrencyOutcome.Success, wasTaken: true);
        permits.RecordSuccess(Target, facts.Ended);
        call.Decision.Chosen = Index;
        services.Metrics.Record(call.Plan, Target, call.IsStreaming, duration, facts);
        if (services.Bus.HasSubscribers<ResponseCompleted>())
        {
            services.Bus.Publish(new ResponseCompleted(call.Request, call.Decision, Target.Name, usage, facts.Cost, duration));
        }
    }

    /// <summary>Ends it with a failure. What follows from that is the call's decision, see <see cref="GatewayCall.DecideNext"/>.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="usage">The usage that had been received, if any.</param>
    /// <param name="receivedTokens">The tokens that had been received, roughly.</param>
    /// <param name="isConsumersDelay">Whether the time was used up by whoever reads the stream.</param>
    public void Fail(BackendException failure, UsageDetails? usage = null, long receivedTokens = 0, bool isConsumersDelay = false)
    {
        var services = call.Services;
        usage ??= failure.Usage;
        var duration = End(failure.Kind, usage);
        ref var facts = ref Facts;
        facts.StatusCode = failure.StatusCode;
        Charge(ref facts, usage, receivedTokens, billed: usage is not null || receivedTokens > 0 || Billing.IsLikely(failure.Kind));
        Target.Capacity.Record(failure.Kind.IsOverload() ? ConcurrencyOutcome.Overloaded : ConcurrencyOutcome.Neutral, wasTaken: failure.StatusCode is not null);
        var scope = isConsumersDelay ? HealthScope.None : ScopeOf(failure);
        permits.Record(
            Target,
            scope is HealthScope.Target or HealthScope.Key ? CircuitOutcome.Failure : CircuitOutcome.Neutral,
            scope is HealthScope.Provider ? CircuitOutcome.Failure : CircuitOutcome.Neutral,
            failure.RetryAfter);
        services.Metrics.Record(call.Plan, Target, call.IsStreaming, duration, facts);
        services.Logger.AttemptFailed(call.Route.Name, Target.Name, failure.Kind, failure.StatusCode, duration.TotalMilliseconds);
        services.Bus.Publish(new AttemptFailed(call.Route.Name, Target.Name, failure.Kind, failure.StatusCode, duration));
    }

    /// <summary>Ends it because nobody wants its answer any more: the caller cancelled or walked away, or another attempt was faster. What the provider did until then is billed, by estimate.</summary>
    /// <param name="usage">The usage that had been received, if any.</param>
    /// <param name="receivedTokens">The tokens that had been received, roughly.</param>
    /// <param name="wasSent">Whether the provider can have seen it.</param>
    public void Abandon(UsageDetails? usage, long receivedTokens, bool wasSent = true)
    {
        var duration = End(BackendErrorKind.Cancelled, usage);
        ref var facts = ref Facts;
        Charge(ref facts, usage, receivedTokens, billed: wasSent);
        Target.Capacity.Record(ConcurrencyOutcome.Neutral, wasTaken: false);
        permits.Record(Target, CircuitOutcome.Neutral, CircuitOutcome.Neutral);
        call.Services.Metrics.Record(call.Plan, Target, call.IsStreaming, duration, facts);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            // Not before the connection is closed: until then the target is still busy with it.
            CapacityRoom.Settle(room, Target.Capacity.Pools, usedTokens);
        }
    }

    // A key at fault is the key pool's business while there is another; with the last one the target is out of order.
    // And the caller's own deadline says nothing about the target that it cut short.
    private HealthScope ScopeOf(BackendException failure) =>
        failure.Kind.Scope() is HealthScope.Key && failure.CanRotateKey ? HealthScope.None
        : failure.Kind.IsTimeout() && call.IsOver ? HealthScope.None
        : failure.Kind.Scope();

    private TimeSpan End(BackendErrorKind? error, UsageDetails? usage)
    {
        ref var facts = ref Facts;
        facts.Ended = call.Services.Time.GetTimestamp();
        facts.Error = error;
        facts.Usage = usage;
        Target.Statistics.End(call.Decision.Profile.InputTokens + call.Decision.Profile.OutputTokens, call.IsStreaming);
        return call.Services.Time.GetElapsedTime(facts.Started, facts.Ended);
    }

    private void Charge(ref AttemptFacts facts, UsageDetails? usage, long receivedTokens, bool billed, bool isWhole = false)
    {
        var bill = Billing.Reckon(Target, call.Decision.Profile, usage, receivedTokens, billed, isWhole);
        (facts.PicoDollars, facts.IsEstimated) = (bill.PicoDollars, bill.IsEstimated);
        call.Request.ChargePicoDollars(bill.Tokens, bill.PicoDollars);
        Admission.Settle(reservation, call.Pools, bill, call.Services.Bus);
        usedTokens = bill.Tokens;
        call.Services.Ledger.Record(call.Decision, Target, call.Request, facts, bill);
    }
}
