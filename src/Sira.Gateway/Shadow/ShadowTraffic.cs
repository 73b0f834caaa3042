using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Clients;
using Sira.Gateway.Events;
using Sira.Gateway.Routing;
using Sira.Gateway.Selection;
using Sira.Gateway.Telemetry;
using Sira.Requests;

namespace Sira.Gateway.Shadow;

/// <summary>Makes the mirrored calls, behind the backs of those who made the real ones. Shutdown drains it.</summary>
internal sealed class ShadowTraffic(GatewayServices services) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CallsInFlight running = new();

    /// <summary>Mirrors a call, or its share.</summary>
    /// <remarks>Begun by a timer of no delay: what a backend does before it first waits must not be done on the caller's thread.</remarks>
    public void Mirror(ShadowRoute shadow, GatewaySnapshot snapshot, string route, RequestContext request, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (services.Random.NextDouble() * 100 >= shadow.Percent || stop.IsCancellationRequested || running.Count >= shadow.MaxConcurrency || running.Enter(isNew: true) is var lane && lane == CallsInFlight.Refused)
        {
            return;
        }

        // The caller may go on to change its list and its options.
        var own = new SiraChatOptions(options) { Request = new RequestContext(services.Time.GetTimestamp()), Routing = null, ModelId = null };
        own.AdditionalProperties?.Remove(RequestContext.PropertyName);
        own.AdditionalProperties?.Remove(RoutingOptions.PropertyName);
        var mirrored = new Mirrored(this, shadow.Route, snapshot, route, request, [.. messages], own, lane);
        mirrored.Timer = services.Time.CreateTimer(static state => ((Mirrored)state!).Start(), mirrored, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits until the mirrored calls have ended; no new ones begin.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => running.DrainAsync(cancellationToken);

    /// <summary>Waits until the mirrored calls that are under way now have ended.</summary>
    public Task QuiesceAsync(CancellationToken cancellationToken) => running.QuiesceAsync(cancellationToken);

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task RunAsync(Mirrored mirrored)
    {
        try
        {
            var profile = RequestProfile.Create(mirrored.Messages, mirrored.Options, streaming: false, services.Estimator);
            var call = new GatewayCall(services, mirrored.Snapshot, mirrored.Target.Plan, mirrored.Options.Request!, profile, streaming: false) { IsMirrored = true, Lane = services.InFlight.Enter(isNew: false) };
            var (response, failure) = await AskAsync(call, mirrored).ConfigureAwait(false);
            services.Bus.Publish(new ShadowCompleted(mirrored.Route, mirrored.Request, response?.GetRouteDecision() ?? failure?.Decision, response, failure));
        }
        catch (Exception exception)
        {
            // Nobody waits for it who could be told.
            services.Logger.ShadowFailed(exception, mirrored.Route);
        }
        finally
        {
            running.Exit(mirrored.Lane);
        }
    }

    private async Task<(ChatResponse? Response, RequestFailedException? Failure)> AskAsync(GatewayCall call, Mirrored mirrored)
    {
        try
        {
            return (await UnaryAttempts.RunAsync<ChatOperation, ChatResponse>(call, new ChatOperation(mirrored.Messages, mirrored.Options), services, stop.Token).ConfigureAwait(false), null);
        }
        catch (RequestFailedException failure)
        {
            return (null, failure);
        }
    }

    private sealed record Mirrored(ShadowTraffic Owner, Route Target, GatewaySnapshot Snapshot, string Route, RequestContext Request, IReadOnlyList<ChatMessage> Messages, SiraChatOptions Options, int Lane)
    {
        public ITimer? Timer { get; set; }

        public void Start()
        {
            Timer?.Dispose();
            _ = Owner.RunAsync(this);
        }
    }
}
