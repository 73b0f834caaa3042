using System.Diagnostics;
using Microsoft.Extensions.AI;
using Sira.Gateway.Attempts;
using Sira.Gateway.Decisions;
using Sira.Gateway.Routing;
using Sira.Gateway.Streaming;
using Sira.Gateway.Telemetry;

namespace Sira.Gateway.Clients;

/// <summary>A unary chat call.</summary>
internal readonly struct ChatOperation(IReadOnlyList<ChatMessage> messages, ChatOptions? options) : IUnaryOperation<ChatResponse>
{
    public Task<ChatResponse>? Start(Attempt attempt) =>
        attempt.Target.ChatClient.GetResponseAsync(messages, AttemptOptions.Create(attempt, options), attempt.Token);

    public UnaryOutcome Judge(ChatResponse result, RouteTarget target)
    {
        // A response that goes on in the background has a continuation token instead of a finish reason. Who did not ask for one would take its part for the whole.
        var isPending = result.ContinuationToken is not null && (options?.AllowBackgroundResponses == true || options?.ContinuationToken is not null);
        var isWhole = result.FinishReason is not null || isPending || !target.Backend.RequiresFinishReason;
        return new UnaryOutcome(isWhole ? null : FailureClassifier.Truncated(target), result.Usage, ReceivedText.TokensOf(result), isPending);
    }

    public void Finish(ChatResponse result, Attempt attempt, Activity? activity)
    {
        if (result.ContinuationToken is { } token)
        {
            result.ContinuationToken = ContinuationPin.Wrap(attempt.Target, token);
        }

        AttemptActivity.End(activity, result, attempt);
        DecisionMark.Put(attempt.Call.Decision, result.AdditionalProperties ??= []);
    }
}
