using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;

namespace Sira.Gateway.Budgets;

/// <summary>Works out what an attempt is charged: what the provider reported, else an estimate, else nothing.</summary>
internal static class Billing
{
    /// <summary>Whether a provider is likely to bill an attempt that failed so: it had taken the request and worked on it.</summary>
    public static bool IsLikely(BackendErrorKind failure) => failure switch
    {
        BackendErrorKind.FirstTokenTimeout or BackendErrorKind.IdleTimeout or BackendErrorKind.TotalTimeout or BackendErrorKind.HeadersTimeout
            or BackendErrorKind.Truncated or BackendErrorKind.Cancelled => true,
        _ => false,
    };

    public static Bill Reckon(RouteTarget target, in RequestProfile profile, UsageDetails? usage, long receivedTokens, bool billed)
    {
        if (!billed)
        {
            return new Bill(0, 0, IsEstimated: false);
        }

        if (usage is { InputTokenCount: not null } or { OutputTokenCount: not null } or { TotalTokenCount: not null })
        {
            var tokens = usage.TotalTokenCount ?? ((usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0));
            return new Bill(tokens, target.PicoDollarsOf(usage), IsEstimated: false);
        }

        return new Bill(profile.InputTokens + receivedTokens, target.EstimatePicoDollars(profile.InputTokens, receivedTokens), IsEstimated: true);
    }
}
