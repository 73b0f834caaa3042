using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Requests;

/// <summary>Writes a conversation as the array <c>messages</c>.</summary>
internal sealed class OpenAIChatMessageWriter(OpenAIDialect dialect)
{
    private static readonly HashSet<string> KnownMembers = ["role", "content", "name", "tool_calls", "refusal", "audio", "reasoning", "reasoning_content", "reasoning_details"];

    private static readonly HashSet<string> KnownMembersOfPrefix = [.. KnownMembers, "prefix"];

    private readonly OpenAIChatPartWriter parts = new(dialect);

    public void Write(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        json.WriteStartArray();
        if (!string.IsNullOrEmpty(instructions))
        {
            json.WriteStartObject();
            json.WriteString("role", dialect.SystemRole);
            json.WriteString("content", instructions);
            json.WriteEndObject();
        }

        List<AIContent>? media = null;
        for (var i = 0; i < messages.Count; i++)
        {
            WriteMessage(json, messages[i], i + 1 == messages.Count, ref media);
            if (media is not null && (i + 1 == messages.Count || messages[i + 1].Role != ChatRole.Tool))
            {
                WriteMedia(json, media);
                media = null;
            }
        }

        json.WriteEndArray();
    }

    private void WriteMessage(Utf8JsonWriter json, ChatMessage message, bool last, ref List<AIContent>? media)
    {
        var written = WriteToolResults(json, message.Contents, ref media);
        if (message.Role == ChatRole.Tool || (written && message.Contents.All(static content => content is FunctionResultContent)))
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role", message.Role == ChatRole.System ? dialect.SystemRole : message.Role.Value);
        if (message.Role == ChatRole.Assistant)
        {
            WriteAssistant(json, message.Contents);
        }
        else
        {
            json.WritePropertyName("content");
            WriteContent(json, message.Contents);
        }

        if (dialect.AuthorNames && AuthorName.Sanitize(message.AuthorName) is { } name)
        {
            json.WriteString("name", name);
        }

        var prefix = last && dialect.MarksPrefix && message.Role == ChatRole.Assistant && !HasCalls(message.Contents);
        if (prefix)
        {
            json.WriteBoolean("prefix", true);
        }

        if (message.AdditionalProperties is { } properties && properties.TryGetValue(OpenAIChatMessageReader.ExtraMembers, out var extra))
        {
            WireJson.WriteExtraMembers(json, extra, prefix ? KnownMembersOfPrefix : KnownMembers);
        }

        json.WriteEndObject();
    }

    private bool WriteToolResults(Utf8JsonWriter json, IList<AIContent> contents, ref List<AIContent>? media)
    {
        var any = false;
        foreach (var content in contents)
        {
            if (content is not FunctionResultContent result)
            {
                continue;
            }

            any = true;
            json.WriteStartObject();
            json.WriteString("role", "tool");
            json.WriteString("tool_call_id", FitId(result.CallId));
            json.WritePropertyName("content");
            WriteResult(json, result, ref media);
            json.WriteEndObject();
        }

        return any;
    }

    private void WriteResult(Utf8JsonWriter json, FunctionResultContent result, ref List<AIContent>? media)
    {
        // A list of contents keeps its shape; media stand in this place only where a provider takes them here.
        if (result.Result is IEnumerable<AIContent> contents)
        {
            var kept = new List<AIContent>();
            foreach (var content in contents)
            {
                if (content is TextContent || dialect.MediaInToolResults)
                {
                    kept.Add(content);
                }
                else
                {
                    (media ??= []).Add(content);
                }
            }

            WriteContent(json, kept);
        }
        else if (result.Result is AIContent content and not TextContent)
        {
            if (!dialect.MediaInToolResults)
            {
                (media ??= []).Add(content);
            }

            WriteContent(json, dialect.MediaInToolResults ? [content] : []);
        }
        else
        {
            json.WriteStringValue(WireJson.ResultToText(result));
        }
    }

    /// <summary>Writes the media that tools returned as what the user shows, after all results: most providers take nothing but text in a tool's message.</summary>
    private void WriteMedia(Utf8JsonWriter json, List<AIContent> media)
    {
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WritePropertyName("content");
        WriteContent(json, media);
        json.WriteEndObject();
    }

    private string FitId(string id) => dialect.ToolCallIds == ToolCallIds.NineLettersOrDigits ? CallIds.FitExactly(id, 9) : CallIds.Fit(id, 40);

    private void WriteContent(Utf8JsonWriter json, IList<AIContent> contents)
    {
        // One text is written as a string, which even the simplest servers take.
        if (contents is [TextContent only] && !parts.HasCacheControl(only))
        {
            json.WriteStringValue(only.Text);
            return;
        }

        var open = false;
        foreach (var content in contents)
        {
            if (!OpenAIChatPartWriter.CanWrite(content))
            {
                continue;
            }

            if (!open)
            {
                json.WriteStartArray();
                open = true;
            }

            parts.Write(json, content);
        }

        if (open)
        {
            json.WriteEndArray();
        }
        else
        {
            // Said nothing that the wire can say, but said it: providers refuse an empty array.
            json.WriteStringValue(string.Empty);
        }
    }

    private void WriteAssistant(Utf8JsonWriter json, IList<AIContent> contents)
    {
        var text = ContentText(contents) ?? (dialect.Refusals ? null : RefusalText(contents));
        json.WritePropertyName("content");
        if (dialect.ReasoningHistory == ReasoningHistory.ThinkingParts && contents.Any(static content => content is TextReasoningContent { Text.Length: > 0 }))
        {
            WriteThinkingParts(json, contents);
        }
        else if (text is null && HasCalls(contents))
        {
            json.WriteNullValue();
        }
        else
        {
            // Without calls there has to be content, if only an empty one.
            json.WriteStringValue(text ?? string.Empty);
        }

        WriteReasoning(json, contents);
        WriteCalls(json, contents);
        foreach (var content in contents)
        {
            if (content is ErrorContent { ErrorCode: "Refusal" } refusal && dialect.Refusals)
            {
                json.WriteString("refusal", refusal.Message);
            }
            else if (content is DataContent { RawRepresentation: JsonElement raw } audio && audio.HasTopLevelMediaType("audio") && raw.GetStringOrNull("id") is { } id)
            {
                json.WriteStartObject("audio");
                json.WriteString("id", id);
                json.WriteEndObject();
            }
        }
    }

    private void WriteReasoning(Utf8JsonWriter json, IList<AIContent> contents)
    {
        switch (dialect.ReasoningHistory)
        {
            case ReasoningHistory.ReasoningContent when ReasoningText(contents) is { } text:
                json.WriteString("reasoning_content", text);
                break;
            case ReasoningHistory.Reasoning when ReasoningText(contents) is { Length: > 0 } text:
                json.WriteString("reasoning", text);
                break;
            case ReasoningHistory.Details:
                ReasoningDetails.Write(json, contents);
                break;
        }
    }

    private static void WriteThinkingParts(Utf8JsonWriter json, IList<AIContent> contents)
    {
        json.WriteStartArray();
        foreach (var content in contents)
        {
            if (content is TextReasoningContent { Text.Length: > 0 } reasoning)
            {
                json.WriteStartObject();
                json.WriteString("type", "thinking");
                json.WriteStartArray("thinking");
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", reasoning.Text);
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
            }
            else if (content is TextContent text)
            {
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", text.Text);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private void WriteCalls(Utf8JsonWriter json, IList<AIContent> contents)
    {
        var any = false;
        foreach (var content in contents)
        {
            if (content is not FunctionCallContent call)
            {
                continue;
            }

            if (!any)
            {
                json.WriteStartArray("tool_calls");
                any = true;
            }

            json.WriteStartObject();
            json.WriteString("id", FitId(call.CallId));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", WireJson.SerializeArguments(call.Arguments));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (any)
        {
            json.WriteEndArray();
        }
    }

    private static bool HasCalls(IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is FunctionCallContent)
            {
                return true;
            }
        }

        return false;
    }

    private static string? ContentText(IList<AIContent> contents) => Join(contents, static content => content is TextContent text ? text.Text : null);

    private static string? RefusalText(IList<AIContent> contents) => Join(contents, static content => content is ErrorContent { ErrorCode: "Refusal" } refusal ? refusal.Message : null);

    private static string? ReasoningText(IList<AIContent> contents) => Join(contents, static content => content is TextReasoningContent reasoning ? reasoning.Text : null);

    private static string? Join(IList<AIContent> contents, Func<AIContent, string?> select)
    {
        string? first = null;
        StringBuilder? several = null;
        foreach (var content in contents)
        {
            if (select(content) is not { } text)
            {
                continue;
            }

            if (first is null)
            {
                first = text;
            }
            else
            {
                (several ??= new StringBuilder(first)).Append(text);
            }
        }

        return several?.ToString() ?? first;
    }
}
