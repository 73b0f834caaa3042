using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Decisions;
using Sira.Requests;

namespace Sira.Gateway.Caching.Storage;

/// <summary>Says which answers may be kept: whole, plain, and good for anybody who asks the same.</summary>
internal static class AnswerRules
{
    public static bool IsStorable(ChatResponse response)
    {
        // State at the provider, or an answer that is not finished, belongs to the caller that began it.
        if (response.FinishReason != ChatFinishReason.Stop
            || response.ContinuationToken is not null
            || response.ConversationId is not null
            || response.GetRouteDecision() is { Degraded: not DegradedMode.None }
            || IsContinued(response.GetRouteDecision()))
        {
            return false;
        }

        var says = false;
        var messages = response.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != ChatRole.Assistant)
            {
                // Results of tools stand in messages of their own.
                return false;
            }

            var contents = messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                if (!IsPlain(contents[j]))
                {
                    return false;
                }

                says |= contents[j] is DataContent or UriContent || contents[j] is TextContent text && !string.IsNullOrWhiteSpace(text.Text);
            }
        }

        return says;
    }

    // What two models have written is good enough for the caller whose stream broke, and not for everybody who asks the same.
    private static bool IsContinued(RouteDecision? decision)
    {
        if (decision is GatewayDecision { AttemptCount: > 1 } pieced)
        {
            for (var i = 0; i < pieced.AttemptCount; i++)
            {
                if (pieced.FactsOf(i).Recovery is StreamRecovery.Continue)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Tells whether a content may be part of a kept answer. Calls and results of tools, questions to the user and errors may not; neither may what is not known here.</summary>
    public static bool IsPlain(AIContent? content) => content is not null && content.GetType() is var type
        && (type == typeof(TextContent)
            || type == typeof(TextReasoningContent)
            || type == typeof(DataContent)
            || type == typeof(UriContent)
            || type == typeof(UsageContent));
}
