using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Models;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Gateway.Tests.Support;

/// <summary>What tests of budgets share: callers, and backends that bill what a test says.</summary>
internal static class Identities
{
    public static SiraChatOptions Of(TestGateway gateway, string? tenant = null, string? team = null, string? user = null, string? key = null, string? project = null, string? modelId = null, int? maxOutputTokens = null) => new()
    {
        ModelId = modelId,
        MaxOutputTokens = maxOutputTokens,
        Request = new RequestContext(gateway.Clock.GetTimestamp())
        {
            Tenant = tenant,
            Team = team,
            User = user,
            Key = key,
            Tags = project is null ? null : new Dictionary<string, string> { ["project"] = project },
        },
    };

    public static ChatResponse Answer(long input, long output) => new(new ChatMessage(ChatRole.Assistant, "x"))
    {
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output },
    };

    /// <summary>A backend whose model <c>m</c> bills the same for every call.</summary>
    public static TestBackend Billing(long input, long output, ModelPricing? pricing = null)
    {
        var backend = new TestBackend("a").With(new ModelDescriptor("m") { Pricing = pricing });
        backend.Own["m"] = new DelegateChatClient(
            (_, _) => Task.FromResult(Answer(input, output)),
            (_, _) => Answer(input, output).ToChatResponseUpdates().ToAsyncEnumerable());
        return backend;
    }

    public static async Task<RequestFailedException> RefusedAsync(TestGateway gateway, ChatOptions options, bool streaming = false)
    {
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming, options));
        Assert.Equal(RequestFailureKind.BudgetExceeded, exception.Kind);
        return exception;
    }
}
