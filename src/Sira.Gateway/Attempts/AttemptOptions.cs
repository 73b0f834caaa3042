using Microsoft.Extensions.AI;
using Sira.Gateway.Clients;
using Sira.Gateway.Selection;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Attempts;

/// <summary>Makes the options of an attempt: the caller's, for this target, with what the target cannot take left out where the route allows it.</summary>
internal static class AttemptOptions
{
    public static SiraChatOptions Create(Attempt attempt, ChatOptions? options)
    {
        var target = attempt.Target;
        var own = new SiraChatOptions(options) { Request = attempt.Call.Request, ModelId = target.Model.Id, HeadersTimeout = attempt.Timeouts.Headers };
        own.PromptCacheKey ??= attempt.Call.Plan.PromptCacheKey;
        own.AdditionalProperties?.Remove(RequestContext.PropertyName);
        own.AdditionalProperties?.Remove(RoutingOptions.PropertyName);
        if (ContinuationPin.TryUnwrap(own.ContinuationToken, out _, out var token))
        {
            own.ContinuationToken = token;
        }

        var missing = attempt.Call.Decision.Profile.Features & ~target.Features;
        if (missing != 0)
        {
            OptionDropper.Drop(own, missing);
        }

        if (attempt.Facts.OutputLimit is { } limit && !(own.MaxOutputTokens is > 0 and var asked && asked <= limit))
        {
            own.MaxOutputTokens = limit;
        }

        if (own.Reasoning is not null && (target.Features & RequestFeatures.Reasoning) == 0)
        {
            // What is left asks for no reasoning, which such a model does anyway; it refuses the member.
            own.Reasoning = null;
        }

        return own;
    }
}
