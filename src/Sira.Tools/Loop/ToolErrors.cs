using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>The words in which the model is answered.</summary>
internal static class ToolErrors
{
    /// <summary>What the model is told of a tool that returned nothing. An empty answer makes some models call again.</summary>
    public const string NoResult = "Success: the tool returned nothing.";

    /// <summary>Answers a call that cannot run at all.</summary>
    /// <returns>The answer, or <see langword="null"/> when the tool can run.</returns>
    public static CallOutcome? Refuse(ToolCall call, ToolSet tools)
    {
        var content = call.Content;
        if (call.Kind == ToolKind.Unknown)
        {
            var text = string.IsNullOrWhiteSpace(content.Name)
                ? $"Error: the call names no tool. The tools are: {tools.Names}."
                : $"Error: there is no tool '{content.Name}'. The tools are: {tools.Names}.";
            return CallOutcome.Failed(content.CallId, text, new InvalidOperationException(text));
        }

        if (content.Exception is { } unreadable)
        {
            // The cause is about the JSON that the model itself wrote, so it may see it whatever IncludeDetailedErrors says.
            return CallOutcome.Failed(
                content.CallId,
                $"Error: the arguments of '{content.Name}' could not be read: {unreadable.GetBaseException().Message}",
                unreadable);
        }

        if (call.Function is null)
        {
            var text = $"Error: the tool '{content.Name}' cannot be run here; it is only declared.";
            return CallOutcome.Failed(content.CallId, text, new InvalidOperationException(text));
        }

        return null;
    }

    /// <summary>Answers a call whose tool threw.</summary>
    public static CallOutcome FromException(FunctionCallContent call, Exception exception, bool detailed) =>
        CallOutcome.Failed(
            call.CallId,
            detailed ? $"Error: the tool '{call.Name}' failed: {exception.Message}" : $"Error: the tool '{call.Name}' failed.",
            exception);

    /// <summary>Answers a call beyond the limit.</summary>
    public static CallOutcome BeyondLimit(FunctionCallContent call, int maximum) =>
        CallOutcome.NotRun(call.CallId, $"Error: not run, because this request may make no more than {maximum} tool calls. Answer with what you have.");

    /// <summary>Answers a call that was rejected.</summary>
    public static CallOutcome Rejected(FunctionCallContent call, string? reason) =>
        CallOutcome.NotRun(call.CallId, string.IsNullOrWhiteSpace(reason) ? "Error: the user rejected this tool call." : $"Error: the user rejected this tool call: {reason}");

    /// <summary>Wraps what a tool returned. A tool may return the whole content itself, if it is for this call.</summary>
    public static FunctionResultContent ToResult(FunctionCallContent call, object? value) =>
        value is FunctionResultContent own && own.CallId == call.CallId ? own : new FunctionResultContent(call.CallId, value ?? NoResult);
}
