using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Routing;
using Sira.Gateway.Routing.Plans;
using Sira.Gateway.Selection;
using Sira.Gateway.Shadow;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Clients;

/// <summary>Begins calls: resolves the route on the snapshot of this instant and finds or makes the request.</summary>
internal sealed class CallFactory(GatewaySnapshots snapshots, ShadowTraffic shadows, RoutingPlanner planner, GatewayServices services)
{
    public GatewayServices Services => services;

    public RoutingPlanner Planner => planner;

    public GatewaySnapshots Snapshots => snapshots;

    /// <summary>Begins a call. Its lane is to be left when it ends.</summary>
    public GatewayCall Create(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? clientRoute, bool streaming)
    {
        var known = RequestContext.Find(options);
        var lane = services.InFlight.Enter(IsNew(known));
        try
        {
            return Create(messages, options, clientRoute, streaming, known, lane);
        }
        catch
        {
            services.InFlight.Exit(lane);
            throw;
        }
    }

    /// <summary>Whether a request begins with the call that is to be made.</summary>
    public static bool IsNew(RequestContext? request) => request is null or { Attempts: 0 };

    private GatewayCall Create(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? clientRoute, bool streaming, RequestContext? known, int lane)
    {
        var snapshot = snapshots.Current;
        return snapshot.Trial is { } trial
            ? CreateInRollout(snapshot, trial, messages, options, clientRoute, streaming, known, lane)
            : Create(snapshot, null, messages, options, clientRoute, streaming, known, lane);
    }

    private GatewayCall Create(GatewaySnapshot snapshot, RolloutShare? share, IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? clientRoute, bool streaming, RequestContext? known, int lane)
    {
        var isPinned = ContinuationPin.TryUnwrap(options?.ContinuationToken, out var pinned, out _);
        var route = RouteResolver.Resolve(snapshot, clientRoute, options?.ModelId);
        if (isPinned && !HasTarget(route, pinned))
        {
            // Begun through another route, or before a reload: the target itself can still be asked.
            route = RouteResolver.Resolve(snapshot, clientRoute, pinned);
        }

        var request = known ?? new RequestContext(services.Time.GetTimestamp(), route.RequestBudget);
        var profile = RequestProfile.Create(messages, options, streaming, services.Estimator);
        var plan = planner.Plan(snapshot, route, request, profile, messages, options, isPinned);
        return new GatewayCall(services, snapshot, plan, request, profile, streaming, isPinned ? pinned : null) { Lane = lane, Rollout = share };
    }

    private GatewayCall CreateInRollout(GatewaySnapshot snapshot, TrialSnapshot trial, IReadOnlyList<ChatMessage> messages, ChatOptions? options, string? clientRoute, bool streaming, RequestContext? known, int lane)
    {
        var share = trial.Deal(known);
        try
        {
            return Create(share.OnTrial ? trial.Snapshot : snapshot, share, messages, options, clientRoute, streaming, known, lane);
        }
        catch (RequestFailedException)
        {
            // As where the version that is rolled out lacks a route that is asked for.
            share.Record(failed: true, TimeSpan.Zero);
            throw;
        }
    }

    /// <summary>Mirrors a call, where its route says so.</summary>
    public void Mirror(GatewayCall call, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (call.Route.Shadow is { } shadow && !services.InFlight.IsDraining)
        {
            shadows.Mirror(shadow, snapshots.Current, call.Route.Name, call.Request, messages, options);
        }
    }

    /// <summary>Finds how much a call may hold, wherever it would go now.</summary>
    public ContextWindow FindWindow(ChatOptions? options, string? clientRoute)
    {
        var snapshot = snapshots.Current;
        var window = FindWindow(snapshot, options, clientRoute);

        // Which of the two it is dealt is decided when it is made.
        return snapshot.Trial is { } trial ? window.And(FindWindow(trial.Snapshot, options, clientRoute)) : window;
    }

    private static ContextWindow FindWindow(GatewaySnapshot snapshot, ChatOptions? options, string? clientRoute)
    {
        try
        {
            var route = RouteResolver.Resolve(snapshot, clientRoute, options?.ModelId);
            return RoutingOptions.Find(options) is { } routing
                ? RouteWindow.Of(route.Targets, route.Plan.Layers, snapshot.Parts.Layers.CreateForRequest(routing, route.Targets))
                : route.Window;
        }
        catch (RequestFailedException)
        {
            // The call says so itself, with everything that belongs to it.
            return default;
        }
    }

    // A lambda here would cost every call its closure.
    private static bool HasTarget(Route route, string name)
    {
        foreach (var target in route.Targets)
        {
            if (target.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    public static IReadOnlyList<ChatMessage> Materialise(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages as IReadOnlyList<ChatMessage> ?? [.. messages];
    }
}
