using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Testing;

namespace Sira.Tools.Tests;

/// <summary>One conversation that is played whole and as a stream, with the same expectations.</summary>
internal static class Plan
{
    public static FunctionCallingChatClient Client(ScriptedChatClient script, Action<ToolLoopOptions>? configure = null, IServiceProvider? services = null)
    {
        var options = new ToolLoopOptions();
        configure?.Invoke(options);
        return new FunctionCallingChatClient(script, options, services);
    }

    public static Task<ChatResponse> AskAsync(this IChatClient client, bool streaming, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        streaming
            ? client.GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken)
            : client.GetResponseAsync(messages, options, cancellationToken);

    public static Task<ChatResponse> AskAsync(this IChatClient client, bool streaming, string text, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        client.AskAsync(streaming, [new ChatMessage(ChatRole.User, text)], options, cancellationToken);

    public static ChatOptions With(params AITool[] tools) => new() { Tools = [.. tools] };

    public static FunctionCallContent Call(string id, string name, params (string Name, object? Value)[] arguments) =>
        new(id, name, arguments.ToDictionary(argument => argument.Name, argument => argument.Value));

    /// <summary>A function that answers with its own name.</summary>
    public static AIFunction Echo(string name) => AIFunctionFactory.Create(() => name + "!", name);

    public static AIFunction Add { get; } = AIFunctionFactory.Create((int a, int b) => a + b, "add");

    /// <summary>Renders messages compactly: <c>assistant: call 1 add(a=1)✓ | text</c>, where ✓ marks an informational call.</summary>
    public static string[] Render(IEnumerable<ChatMessage> messages) => [.. messages.Select(Render)];

    public static string Render(ChatMessage message) => $"{message.Role.Value}: {string.Join(" | ", message.Contents.Select(Render))}";

    private static string Render(AIContent content) => content switch
    {
        FunctionCallContent call => $"call {call.CallId} {call.Name}({Arguments(call)}){(call.InformationalOnly ? "✓" : string.Empty)}",
        FunctionResultContent result => $"result {result.CallId} {Value(result.Result)}",
        ToolApprovalRequestContent { ToolCall: FunctionCallContent call } request => $"ask {request.RequestId} {call.Name}({Arguments(call)}){(call.InformationalOnly ? "✓" : string.Empty)}",
        ToolApprovalResponseContent response => $"{(response.Approved ? "yes" : "no")} {response.RequestId}",
        TextReasoningContent reasoning => $"think {reasoning.Text}[{reasoning.ProtectedData}]",
        TextContent text => text.Text,
        _ => content.GetType().Name,
    };

    private static string Arguments(FunctionCallContent call) =>
        call.Arguments is null ? string.Empty : string.Join(", ", call.Arguments.Select(argument => $"{argument.Key}={Value(argument.Value)}"));

    private static string Value(object? value) => value switch
    {
        null => "null",
        JsonElement element => element.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
