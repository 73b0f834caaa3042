using System.Collections.Frozen;
using System.Text.Json;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses.Items;

/// <summary>The types of items and parts that may stand in a request's input.</summary>
internal static class ResponsesItemTypes
{
    // A raw representation may stem from another provider's wire; only what is unmistakably this wire's is taken from one that carries no mark of ours.
    private static readonly FrozenSet<string> Items = FrozenSet.Create(
        StringComparer.Ordinal,
        "message",
        "function_call",
        "function_call_output",
        "reasoning",
        "item_reference",
        "web_search_call",
        "file_search_call",
        "code_interpreter_call",
        "image_generation_call",
        "mcp_call",
        "mcp_list_tools",
        "mcp_approval_request",
        "mcp_approval_response",
        "computer_call",
        "computer_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "local_shell_call",
        "local_shell_call_output",
        "shell_call",
        "shell_call_output",
        "apply_patch_call",
        "apply_patch_call_output",
        "tool_search_call",
        "tool_search_output",
        "additional_tools");

    private static readonly FrozenSet<string> Parts = FrozenSet.Create(
        StringComparer.Ordinal, "input_text", "input_image", "input_file", "input_audio", "output_text");

    public static bool IsItem(object? raw, out JsonElement item) => Is(raw, Items, out item);

    public static bool IsPart(object? raw, out JsonElement part) => Is(raw, Parts, out part);

    /// <summary>Counts calls that wait for the client: 1 for such a call, -1 for the provider's own answer to one, otherwise 0.</summary>
    public static int CountClientCalls(JsonElement item) => item.GetStringOrNull("type") switch
    {
        "function_call" or "custom_tool_call" or "computer_call" or "local_shell_call" or "shell_call" or "apply_patch_call" or "mcp_approval_request" => 1,
        "tool_search_call" when item.GetStringOrNull("execution") == "client" => 1,
        "shell_call_output" or "local_shell_call_output" or "apply_patch_call_output" => -1,
        _ => 0,
    };

    private static bool Is(object? raw, FrozenSet<string> types, out JsonElement element) =>
        WireJson.TryGetObject(raw, out element) && element.GetStringOrNull("type") is { } type && types.Contains(type);
}
