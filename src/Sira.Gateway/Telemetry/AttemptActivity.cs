using System.Diagnostics;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Budgets;
using Sira.Gateway.Routing;
using Sira.Kernel.Diagnostics;

namespace Sira.Gateway.Telemetry;

/// <summary>The span of one attempt, after OpenTelemetry's gen_ai client conventions. Carries no content.</summary>
internal static class AttemptActivity
{
    public static Activity? Start(RouteTarget target, GatewayCall call, bool streaming)
    {
        if (!SiraDiagnostics.ActivitySource.HasListeners())
        {
            return null;
        }

        try
        {
            return StartListened(target, call, streaming);
        }
        catch
        {
            // A listener of the host threw: the caller is told, and what the attempt had taken is given back.
            call.Abandon(usage: null, receivedTokens: 0, wasSent: false);
            throw;
        }
    }

    private static Activity? StartListened(RouteTarget target, GatewayCall call, bool streaming)
    {
        var operation = target.Embeds ? "embeddings" : "chat";
        var activity = SiraDiagnostics.ActivitySource.StartActivity($"{operation} {target.Model.Id}", ActivityKind.Client);
        return activity?
            .SetTag("gen_ai.operation.name", operation)
            .SetTag("gen_ai.provider.name", target.Backend.Provider)
            .SetTag("gen_ai.request.model", target.Model.Id)
            .SetTag("gen_ai.request.stream", streaming)
            .SetTag("sira.route", call.Decision.Route)
            .SetTag("sira.target", target.Name)
            .SetTag("sira.attempt", call.Decision.AttemptCount);
    }

    public static void End(Activity? activity, ChatResponse response, GatewayCall call)
    {
        if (activity is not null)
        {
            SetResponse(activity, response.ResponseId, response.ModelId, response.FinishReason, call);
        }
    }

    public static void End(Activity? activity, ChatResponseUpdate? last, GatewayCall call)
    {
        if (activity is not null)
        {
            SetResponse(activity, last?.ResponseId, last?.ModelId, last?.FinishReason, call);
        }
    }

    public static void End(Activity? activity, GatewayCall call)
    {
        if (activity is not null)
        {
            SetUsage(activity, call);
        }
    }

    public static void Fail(Activity? activity, BackendException failure)
    {
        activity?.SetTag("error.type", failure.Kind.ToString());
        activity?.SetTag("http.response.status_code", failure.StatusCode);
        activity?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Marks an attempt that its caller ended; that is no error of the target.</summary>
    public static void Cancel(Activity? activity) => activity?.SetTag("error.type", nameof(BackendErrorKind.Cancelled));

    private static void SetResponse(Activity activity, string? id, string? model, ChatFinishReason? finish, GatewayCall call)
    {
        activity.SetTag("gen_ai.response.id", id);
        activity.SetTag("gen_ai.response.model", model);
        if (finish is { } reason)
        {
            activity.SetTag("gen_ai.response.finish_reasons", new[] { reason.Value });
        }

        SetUsage(activity, call);
    }

    private static void SetUsage(Activity activity, GatewayCall call)
    {
        var tokens = ReportedTokens.Of(call.Decision.Current.Usage, call.Target.Embeds);
        activity.SetTag("gen_ai.usage.input_tokens", tokens.Input);
        activity.SetTag("gen_ai.usage.cache_read.input_tokens", tokens.Cached);
        activity.SetTag("gen_ai.usage.cache_write.input_tokens", tokens.CacheWrite);
        activity.SetTag("gen_ai.usage.output_tokens", tokens.Output);
        activity.SetTag("gen_ai.usage.reasoning.output_tokens", tokens.Reasoning);
        activity.SetTag("sira.cost_usd", (double?)call.Decision.Current.Cost);
    }
}
