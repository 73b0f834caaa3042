using Microsoft.Extensions.AI;
using Sira.Models;
using Sira.Session.Context;

namespace Sira.Session.Chat;

/// <summary>How many tokens a turn may send: what the options allow, and no more than the targets hold that the call may end up at.</summary>
internal static class TurnBudget
{
    private const long UnknownWindow = 32_000;
    private const long UnknownOutput = 4_000;

    /// <summary>Returns the tighter of the two.</summary>
    /// <param name="options">What was set for all turns.</param>
    /// <param name="call">The options of the call.</param>
    /// <param name="route">What the targets hold; nothing is known of a client that is not the gateway's.</param>
    public static ContextBudget Of(SessionChatOptions options, ChatOptions? call, ContextWindow route)
    {
        // A limit that is none is for the provider to refuse; it must not make room.
        var answer = call?.MaxOutputTokens is > 0 and var limit ? limit : (long?)options.ReservedOutputTokens;
        var targets = route.Tokens is { } window ? Of(options, window, answer, route.InputTokens) : (ContextBudget?)null;
        if (options.ContextTokens is null && route is { Tokens: not null, IsComplete: true })
        {
            return targets!.Value;
        }

        var set = Of(options, options.ContextTokens ?? UnknownWindow, answer, null);
        return targets is { } known && known.Tokens < set.Tokens ? known : set;
    }

    private static ContextBudget Of(SessionChatOptions options, long window, long? answer, long? input) =>
        new(window, answer ?? (input is { } most ? Math.Max(0, window - most) : Math.Min(UnknownOutput, window / 2)), (long)(window * options.SafetyShare));
}
