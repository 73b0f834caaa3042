using Sira.Gateway.Attempts;
using Sira.Gateway.Routing;
using Sira.Models;

namespace Sira.Gateway.Hedging;

/// <summary>Decides whether and when a call is sent to a second target.</summary>
internal static class HedgePolicy
{
    // Asked twice, they might act twice, or their state would be with whoever lost.
    private const RequestFeatures NeverHedged = RequestFeatures.CodeInterpreter | RequestFeatures.HostedMcp | RequestFeatures.ImageGeneration | RequestFeatures.BackgroundResponses | RequestFeatures.ProviderConversation;

    // Dean and Barroso's: a twentieth of the calls is sent twice, and the tail is cut all the same.
    private const double Quantile = 0.95;

    /// <summary>Returns how long an attempt may be alone; <see langword="null"/> when no other is to be sent beside it.</summary>
    public static TimeSpan? DelayOf(Attempt attempt)
    {
        var call = attempt.Call;
        var options = call.Route.Hedging;
        if (!(call.Plan.Hedge ?? options.Enabled) || call.HasHedged || (call.Decision.Profile.Features & NeverHedged) != 0 || !call.HasAlternative(attempt.Index))
        {
            return null;
        }

        if (options.Delay is { } fixedDelay)
        {
            return fixedDelay;
        }

        var usual = attempt.Target.Statistics.QuantileOf(Quantile, call.IsStreaming) ?? options.MaxDelay;
        return usual < options.MinDelay ? options.MinDelay : usual > options.MaxDelay ? options.MaxDelay : usual;
    }

    /// <summary>Begins an attempt beside one that is slow, unless the request may spend no more, or too many calls are hedged already.</summary>
    public static Attempt? TryStart(Attempt attempt, CancellationToken caller)
    {
        var call = attempt.Call;
        call.HasHedged = true;
        if (call.IsOver || call.Decision.AttemptCount >= call.Route.Retry.MaxAttempts || AttemptStarter.TryStartBeside(attempt, caller) is not { } hedge)
        {
            return null;
        }

        hedge.Facts.IsHedge = true;
        return hedge;
    }

    /// <summary>Whether the request may spend what a second attempt costs on top of the first, which is not charged yet.</summary>
    public static bool CanAfford(Attempt attempt, RouteTarget second)
    {
        var (call, budget) = (attempt.Call, attempt.Call.Budget);
        ref readonly var profile = ref call.Decision.Profile;
        if (budget.MaxTokens is { } tokens && call.Request.Tokens + (2 * (profile.InputTokens + profile.OutputTokens)) > tokens)
        {
            return false;
        }

        return budget.MaxCost is not { } cost
            || call.Request.Cost + attempt.Target.EstimateCost(profile.InputTokens, profile.OutputTokens) + second.EstimateCost(profile.InputTokens, profile.OutputTokens) <= cost;
    }
}
