using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Selection;
using Sira.Gateway.Selection.Affinity;
using Sira.Gateway.Selection.Splits;
using Sira.Kernel.Balancing;
using Sira.Kernel.Time;
using Sira.Requests;

namespace Sira.Gateway.Routing.Plans;

/// <summary>Chooses the plan of a call: the route's own, or one that rules, the traffic split, affinity or the request itself have a say in.</summary>
internal sealed class RoutingPlanner(IRandomSource random)
{
    /// <summary>Plans a chat call.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="route">The route.</param>
    /// <param name="request">The request.</param>
    /// <param name="profile">What it needs.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="isPinned">Whether the target is decided already, so that neither rules nor split have anything to decide.</param>
    /// <exception cref="RequestFailedException">The request's routing names something that does not exist.</exception>
    public RoutingPlan Plan(GatewaySnapshot snapshot, Route route, RequestContext request, in RequestProfile profile, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isPinned)
    {
        var routing = RoutingOptions.Find(options) ?? Misplaced(options?.AdditionalProperties);
        if (routing is null && !route.IsConditional)
        {
            return route.Plan;
        }

        var plan = Compose(snapshot, route, request, profile, routing, options?.ModelId, isPinned);
        return route.Affinity is AffinityMode.None && route.PromptCaching is PromptCachingMode.Off ? plan : WithAffinity(snapshot, plan, request, messages, options);
    }

    /// <summary>Plans an embedding call, which has no prompt that could be cached.</summary>
    /// <exception cref="RequestFailedException">The request's routing names something that does not exist.</exception>
    public RoutingPlan Plan(GatewaySnapshot snapshot, Route route, RequestContext request, in RequestProfile profile, EmbeddingGenerationOptions? options)
    {
        var routing = RoutingOptions.Find(options) ?? Misplaced(options?.AdditionalProperties);
        if (routing is null && !route.IsConditional)
        {
            return route.Plan;
        }

        var plan = Compose(snapshot, route, request, profile, routing, options?.ModelId, isPinned: false);
        var key = AffinityHash.Of(route.Affinity, request);
        return key == 0 ? plan : plan with { AffinityKey = key, Balancer = snapshot.Parts.Balancers.Get(LoadBalancers.BoundedConsistentHash) };
    }

    private RoutingPlan Compose(GatewaySnapshot snapshot, Route route, RequestContext request, in RequestProfile profile, RoutingOptions? routing, string? model, bool isPinned)
    {
        List<RoutingLayer>? own = null;
        TrafficVariant? variant = null;
        if (!isPinned)
        {
            foreach (var rule in route.Rules)
            {
                if (rule.Matches(request, profile, model))
                {
                    (own ??= []).Add(rule.Layer);
                }
            }

            AddRoutingOfBudgets(snapshot, route, request, ref own);
            variant = route.Split?.Assign(request, random);
        }

        if (own is null && routing is null)
        {
            return variant?.Plan ?? route.Plan;
        }

        List<RoutingLayer> applied = [.. route.Plan.Layers, .. own ?? []];
        if (variant?.Layer is { } arm)
        {
            applied.Add(arm);
        }

        if (routing is not null)
        {
            applied.Add(snapshot.Parts.Layers.CreateForRequest(routing, route.Targets));
        }

        return new RoutingPlan(route, [.. applied], variant?.Name, variant?.Layer);
    }

    private static void AddRoutingOfBudgets(GatewaySnapshot snapshot, Route route, RequestContext request, ref List<RoutingLayer>? own)
    {
        if (route.Budgets.TryGetRoutingInForce(request, out var inForce))
        {
            foreach (var options in inForce)
            {
                (own ??= []).Add(snapshot.Parts.Layers.CreateForRequest(options, route.Targets));
            }
        }
    }

    private static RoutingPlan WithAffinity(GatewaySnapshot snapshot, RoutingPlan plan, RequestContext request, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var route = plan.Route;
        var key = route.Affinity is AffinityMode.PromptPrefix ? PromptPrefix.Hash(messages, options) : AffinityHash.Of(route.Affinity, request);
        var cacheKey = route.PromptCaching is PromptCachingMode.Off ? null
            : (key != 0 ? key
                : route.Affinity is AffinityMode.None && AffinityHash.Of(AffinityMode.Conversation, request) is not 0 and var conversation ? conversation
                : PromptPrefix.Hash(messages, options)).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        return key == 0
            ? plan with { PromptCacheKey = cacheKey }
            : plan with { AffinityKey = key, PromptCacheKey = cacheKey, Balancer = snapshot.Parts.Balancers.Get(LoadBalancers.BoundedConsistentHash) };
    }

    // Restrictions that are lost for being in the wrong type would send prompts where they must not go.
    private static RoutingOptions? Misplaced(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(RoutingOptions.PropertyName, out var value) && value is not null
            ? throw new RequestFailedException(RequestFailureKind.InvalidRequest, $"The property '{RoutingOptions.PropertyName}' holds a {value.GetType()}. Put {nameof(RoutingOptions)} there, or set {nameof(SiraChatOptions)}.{nameof(SiraChatOptions.Routing)}.", decision: null)
            : null;
}
