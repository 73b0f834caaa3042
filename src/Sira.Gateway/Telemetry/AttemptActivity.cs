using System.Diagnostics;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Budgets;
using Sira.Kernel.Diagnostics;

namespace Sira.Gateway.Telemetry;

/// <summary>The span of one attempt, after OpenTelemetry's gen_ai client conventions. Carries no content.</summary>
internal static class AttemptActivity
{
    public static Activity? Start(Attempt attempt)
    {
        if (!SiraDiagnostics.ActivitySource.HasListeners())
        {
            return null;
        }

        try
        {
            return StartListened(attempt);
        }
        catch
        {
            // A listener of the host threw: the caller is told, and what the attempt had taken is given back.
            attempt.Abandon(usage: null, receivedTokens: 0, wasSent: false);
            throw;
        }
    }

    private static Activity? StartListened(Attempt attempt)
    {
        var target = attempt.Target;
        var operation = target.Embeds ? "embeddings" : "chat";
        var activity = SiraDiagnostics.ActivitySource.StartActivity($"{operation} {target.Model.Id}", ActivityKind.Client);
        return activity?
            .SetTag("gen_ai.operation.name", operation)
            .SetTag("gen_ai.provider.name", target.Backend.Provider)
            .SetTag("gen_ai.request.model", target.Model.Id)
            .SetTag("gen_ai.request.stream", attempt.Call.IsStreaming)
            .SetTag("sira.route", attempt.Call.Route.Name)
            .SetTag("sira.target", target.Name)
            .SetTag("sira.variant", attempt.Call.Plan.Variant)
            .SetTag("sira.attempt", attempt.Number);
    }

    public static void End(Activity? activity, ChatResponse response, Attempt attempt)
    {
        if (activity is not null)
        {
            SetResponse(activity, response.ResponseId, response.ModelId, response.FinishReason, attempt);
        }
    }

    public static void End(Activity? activity, ChatResponseUpdate? last, Attempt attempt)
    {
        if (activity is not null)
        {
            SetResponse(activity, last?.ResponseId, last?.ModelId, last?.FinishReason, attempt);
        }
    }

    public static void End(Activity? activity, Attempt attempt)
    {
        if (activity is not null)
        {
            SetUsage(activity, attempt);
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

    private static void SetResponse(Activity activity, string? id, string? model, ChatFinishReason? finish, Attempt attempt)
    {
        activity.SetTag("gen_ai.response.id", id);
        activity.SetTag("gen_ai.response.model", model);
        if (finish is { } reason)
        {
            activity.SetTag("gen_ai.response.finish_reasons", new[] { reason.Value });
        }

        SetUsage(activity, attempt);
    }

    private static void SetUsage(Activity activity, Attempt attempt)
    {
        ref var facts = ref attempt.Facts;
        var tokens = ReportedTokens.Of(facts.Usage, attempt.Target.Embeds);
        activity.SetTag("gen_ai.usage.input_tokens", tokens.Input);
        activity.SetTag("gen_ai.usage.cache_read.input_tokens", tokens.Cached);
        activity.SetTag("gen_ai.usage.cache_write.input_tokens", tokens.CacheWrite);
        activity.SetTag("gen_ai.usage.output_tokens", tokens.Output);
        activity.SetTag("gen_ai.usage.reasoning.output_tokens", tokens.Reasoning);
        activity.SetTag("sira.cost_usd", (double?)facts.Cost);
    }
}
