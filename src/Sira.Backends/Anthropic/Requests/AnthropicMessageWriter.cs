using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Writes <c>messages</c>: turns that alternate between user and assistant, whatever the messages were cut into.</summary>
/// <remarks>Tool results belong to the user's turn and stand first in it, which the provider demands. Contents that mean nothing here are left out: usage, errors, approvals, and what belongs to another provider.</remarks>
internal static class AnthropicMessageWriter
{
    private const string User = "user";
    private const string Assistant = "assistant";

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, ChatOptions? options, AnthropicModelProfile profile, bool caches)
    {
        var parts = Flatten(messages, profile);
        AnthropicPrefill.Trim(parts, Assistant);
        var breakpoints = caches ? AnthropicCacheBreakpoints.Find(parts, User) : (-1, -1);
        var lastUser = parts.FindLastIndex(static part => part.Role == User);
        writer.WriteStartArray("messages");
        for (var start = 0; start < parts.Count;)
        {
            var role = parts[start].Role;
            var end = start + 1;
            while (end < parts.Count && parts[end].Role == role)
            {
                end++;
            }

            writer.WriteStartObject();
            writer.WriteString("role", role);
            writer.WriteStartArray("content");
            WriteParts(writer, parts, start, end, results: true, breakpoints);
            WriteParts(writer, parts, start, end, results: false, breakpoints);
            if (lastUser >= start && lastUser < end)
            {
                WriteToolInputs(writer, options);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            start = end;
        }

        writer.WriteEndArray();
    }

    /// <summary>Whether the conversation ends with results for a turn of the assistant that does not begin with thinking.</summary>
    public static bool ContinuesWithoutThinking(IReadOnlyList<ChatMessage> messages, AnthropicModelProfile profile)
    {
        // The turn of a loop is one, from the question to the answer, whatever calls and results stand in between.
        AIContent? first = null;
        var results = false;
        var previous = string.Empty;
        foreach (var (role, content) in Flatten(messages, profile))
        {
            if (role == Assistant)
            {
                first ??= content;
            }
            else if (role == User)
            {
                results = content is FunctionResultContent || (results && previous == User);
                first = results ? first : null;
            }

            previous = role;
        }

        return previous == User && results && first is not null and not TextReasoningContent;
    }

    private static void WriteParts(Utf8JsonWriter writer, List<(string Role, AIContent Content)> parts, int start, int end, bool results, (int Last, int Previous) breakpoints)
    {
        for (var i = start; i < end; i++)
        {
            if (parts[i].Content is FunctionResultContent == results)
            {
                AnthropicContentWriter.Write(writer, parts[i].Content, i == breakpoints.Last || i == breakpoints.Previous);
            }
        }
    }

    /// <summary>Writes the files that the code execution tool is to find, which on this wire are part of the conversation.</summary>
    private static void WriteToolInputs(Utf8JsonWriter writer, ChatOptions? options)
    {
        if (options?.Tools is not { } tools)
        {
            return;
        }

        foreach (var tool in tools)
        {
            if (tool is not HostedCodeInterpreterTool { Inputs: { } inputs })
            {
                continue;
            }

            foreach (var input in inputs)
            {
                if (input is HostedFileContent file)
                {
                    writer.WriteStartObject();
                    writer.WriteString("type", "container_upload");
                    writer.WriteString("file_id", file.FileId);
                    writer.WriteEndObject();
                }
            }
        }
    }

    private static List<(string Role, AIContent Content)> Flatten(IReadOnlyList<ChatMessage> messages, AnthropicModelProfile profile)
    {
        var parts = new List<(string, AIContent)>(messages.Count);
        var begun = false;
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (AnthropicSystemWriter.IsHoisted(message, ref begun, profile))
            {
                continue;
            }

            var role = message.Role == ChatRole.Assistant ? Assistant : message.Role == ChatRole.System ? "system" : User;
            foreach (var content in message.Contents)
            {
                if (IsWritten(content))
                {
                    // Stages that run tools may return the results in the same message as the calls.
                    parts.Add((content is FunctionResultContent ? User : content is FunctionCallContent or TextReasoningContent ? Assistant : role, content));
                }
            }
        }

        return parts;
    }

    private static bool IsWritten(AIContent content) => content switch
    {
        TextContent text => text.Text.Length > 0,
        TextReasoningContent reasoning => !string.IsNullOrEmpty(reasoning.ProtectedData) && !ReasoningOrigin.IsForeign(reasoning, AnthropicWireFormat.WireName),
        FunctionCallContent or FunctionResultContent or DataContent or UriContent or HostedFileContent => true,
        _ => AnthropicBlocks.TryGetBlock(content, out _),
    };
}
