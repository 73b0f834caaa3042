using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Gateway.Decisions;

namespace Sira.Gateway.Degradation;

/// <summary>Answers with the route's fixed text when nobody else can, and says so on the response.</summary>
internal static class StaticAnswer
{
    /// <summary>Whether a failure is one that the fixed text stands in for: not the caller's own mistake, not a provider's refusal, not an answer that was begun.</summary>
    public static bool Replaces(RequestFailedException failure, GatewayCall call) => call.Route.StaticAnswer is not null && failure.Kind switch
    {
        RequestFailureKind.AttemptsFailed => failure.BackendError is not { } kind || kind.Action() is not RetryAction.Surface,
        RequestFailureKind.BudgetExceeded or RequestFailureKind.DeadlineExceeded or RequestFailureKind.Overloaded => true,
        _ => false,
    };

    public static async Task<ChatResponse> OrElseAsync(Task<ChatResponse> answer, GatewayCall call)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (RequestFailedException failure) when (Replaces(failure, call))
        {
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, call.Route.StaticAnswer)) { FinishReason = ChatFinishReason.Stop, AdditionalProperties = Mark(call) };
        }
    }

    public static ChatResponseUpdate CreateUpdate(GatewayCall call)
    {
        return new ChatResponseUpdate(ChatRole.Assistant, call.Route.StaticAnswer) { FinishReason = ChatFinishReason.Stop, AdditionalProperties = Mark(call) };
    }

    private static AdditionalPropertiesDictionary Mark(GatewayCall call)
    {
        call.Decision.IsStaticAnswer = true;
        var properties = new AdditionalPropertiesDictionary();
        DecisionMark.Put(call.Decision, properties);
        return properties;
    }
}
