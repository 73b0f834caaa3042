using System.Text.Json;
using Sira.Simulation.Answers;

namespace Sira.Simulation.Wires.OpenAI;

/// <summary>Writes the response object of OpenAI responses and the items in it, finished or still in progress.</summary>
internal static class OpenAIResponseObject
{
    /// <summary>Returns whether there is a reasoning item: reasoning models have one even when it tells nothing.</summary>
    public static bool ShowsReasoning(WireAnswer answer) => answer.Answer.ReasoningTokens > 0;

    /// <summary>Returns whether there is a message item.</summary>
    public static bool ShowsMessage(WireAnswer answer) => answer.Answer.Text.Count > 0 || answer.Answer.ToolCalls.Count == 0;

    /// <summary>Returns whether the response was cut by a limit or the filter.</summary>
    public static bool IsIncomplete(WireAnswer answer) => answer.Answer.Finish is SimulatedFinishReason.Length or SimulatedFinishReason.ContentFilter;

    /// <summary>Returns the id of an item.</summary>
    public static string ItemId(WireAnswer answer, string prefix, int index) => prefix + answer.Ids.Hex($"{prefix}{index}", 50);

    /// <summary>Writes the response object.</summary>
    public static void Write(Utf8JsonWriter json, WireAnswer answer, bool finished)
    {
        var request = answer.Prompt.Json;
        var incomplete = finished && IsIncomplete(answer);
        json.WriteStartObject();
        json.WriteString("id", "resp_" + answer.Ids.Hex("id", 50));
        json.WriteString("object", "response");
        json.WriteNumber("created_at", answer.Created);
        json.WriteString("status", !finished || answer.OmitFinish ? "in_progress" : incomplete ? "incomplete" : "completed");
        json.WriteBoolean("background", false);
        json.WritePropertyName("completed_at");
        json.WriteRawValue(finished && !incomplete && !answer.OmitFinish ? answer.Created.ToString(System.Globalization.CultureInfo.InvariantCulture) : "null");
        json.WriteNull("error");
        WriteIncompleteDetails(json, answer, incomplete);
        json.WriteEcho(request, "instructions", "null");
        json.WriteEcho(request, "max_output_tokens", "null");
        json.WriteEcho(request, "max_tool_calls", "null");
        json.WriteString("model", answer.Answer.Model);
        WriteOutput(json, answer, finished);
        json.WriteEcho(request, "parallel_tool_calls", "true");
        json.WriteEcho(request, "previous_response_id", "null");
        json.WriteEcho(request, "prompt_cache_key", "null");
        json.WriteEcho(request, "reasoning", """{"effort":null,"summary":null}""");
        json.WriteEcho(request, "safety_identifier", "null");
        json.WriteString("service_tier", finished ? "default" : "auto");
        json.WriteEcho(request, "store", "true");
        json.WriteEcho(request, "temperature", "1.0");
        json.WriteEcho(request, "text", """{"format":{"type":"text"},"verbosity":"medium"}""");
        json.WriteEcho(request, "tool_choice", "\"auto\"");
        json.WriteEcho(request, "tools", "[]");
        json.WriteEcho(request, "top_logprobs", "0");
        json.WriteEcho(request, "top_p", "1.0");
        json.WriteEcho(request, "truncation", "\"disabled\"");
        WriteUsage(json, answer.Answer, finished);
        json.WriteEcho(request, "user", "null");
        json.WriteEcho(request, "metadata", "{}");
        json.WriteEndObject();
    }

    /// <summary>Writes the reasoning item.</summary>
    public static void WriteReasoningItem(Utf8JsonWriter json, WireAnswer answer, bool finished)
    {
        json.WriteStartObject();
        json.WriteString("id", ItemId(answer, "rs_", 0));
        json.WriteString("type", "reasoning");
        if (answer.Prompt.Json.Items("include").Any(static item => item.ValueKind == JsonValueKind.String && item.ValueEquals("reasoning.encrypted_content")))
        {
            json.WriteString("encrypted_content", "gAAAAAB" + answer.Ids.Letters("encrypted", 120));
        }

        json.WriteStartArray("summary");
        if (finished && answer.Prompt.ReasoningVisible && answer.Answer.Reasoning.Count > 0)
        {
            json.WriteStartObject();
            json.WriteString("type", "summary_text");
            json.WriteString("text", answer.Answer.WholeReasoning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the message item.</summary>
    public static void WriteMessageItem(Utf8JsonWriter json, WireAnswer answer, bool finished)
    {
        json.WriteStartObject();
        json.WriteString("id", ItemId(answer, "msg_", 0));
        json.WriteString("type", "message");
        json.WriteString("status", finished ? IsIncomplete(answer) ? "incomplete" : "completed" : "in_progress");
        json.WriteStartArray("content");
        if (finished)
        {
            json.WriteStartObject();
            json.WriteString("type", "output_text");
            json.WriteStartArray("annotations");
            json.WriteEndArray();
            json.WriteStartArray("logprobs");
            json.WriteEndArray();
            json.WriteString("text", answer.Answer.WholeText);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("role", "assistant");
        json.WriteEndObject();
    }

    /// <summary>Writes the item of a function call.</summary>
    public static void WriteCallItem(Utf8JsonWriter json, WireAnswer answer, int index, bool finished)
    {
        var call = answer.Answer.ToolCalls[index];
        json.WriteStartObject();
        json.WriteString("id", ItemId(answer, "fc_", index));
        json.WriteString("type", "function_call");
        json.WriteString("status", finished ? "completed" : "in_progress");
        json.WriteString("arguments", finished ? call.Arguments : "");
        json.WriteString("call_id", answer.CallId(index, "call_"));
        json.WriteString("name", call.Name);
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, WireAnswer answer, bool finished)
    {
        json.WriteStartArray("output");
        if (finished)
        {
            if (ShowsReasoning(answer))
            {
                WriteReasoningItem(json, answer, finished: true);
            }

            if (ShowsMessage(answer))
            {
                WriteMessageItem(json, answer, finished: true);
            }

            for (var i = 0; i < answer.Answer.ToolCalls.Count; i++)
            {
                WriteCallItem(json, answer, i, finished: true);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteIncompleteDetails(Utf8JsonWriter json, WireAnswer answer, bool incomplete)
    {
        if (!incomplete)
        {
            json.WriteNull("incomplete_details");
            return;
        }

        json.WriteStartObject("incomplete_details");
        json.WriteString("reason", answer.Answer.Finish == SimulatedFinishReason.Length ? "max_output_tokens" : "content_filter");
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, FinishedAnswer answer, bool finished)
    {
        if (!finished)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", answer.InputTokens);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", answer.CachedInputTokens);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", answer.OutputTokens);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", answer.ReasoningTokens);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", answer.InputTokens + answer.OutputTokens);
        json.WriteEndObject();
    }
}
