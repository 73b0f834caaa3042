using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Reads the turns of a request. A user's turn with tool results becomes a tool message and, for the rest, a user message.</summary>
internal static class AnthropicTurnReader
{
    private static readonly string[] ResultMembers = ["tool_use_id", "content", "is_error", AnthropicProperties.CacheControl];

    public static void Read(JsonElement turn, string path, List<ChatMessage> messages)
    {
        var role = turn.GetStringOrNull("role");
        if (role is not ("user" or "assistant" or "system"))
        {
            throw new JsonException($"{path}.role: must be user, assistant or system.");
        }

        if (!turn.TryGet("content", out var content))
        {
            throw new JsonException($"{path}.content: is missing.");
        }

        var contents = ReadContents(content, path + ".content");
        switch (role)
        {
            case "assistant":
                messages.Add(new ChatMessage(ChatRole.Assistant, contents));
                break;
            case "system":
                messages.Add(new ChatMessage(ChatRole.System, contents) { AdditionalProperties = new() { [AnthropicProperties.InPlace] = true } });
                break;
            default:
                AddUser(contents, messages);
                break;
        }
    }

    /// <summary>Reads content that is a string or an array of blocks.</summary>
    public static List<AIContent> ReadContents(JsonElement content, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return [new TextContent(content.GetString())];
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException($"{path}: must be a string or an array of blocks.");
        }

        var contents = new List<AIContent>(content.GetArrayLength());
        foreach (var block in content.EnumerateArray())
        {
            if (block.GetStringOrNull("type") is null)
            {
                throw new JsonException($"{path}: must hold blocks with a type.");
            }

            contents.Add(ReadBlock(block, path));
        }

        return contents;
    }

    private static AIContent ReadBlock(JsonElement block, string path)
    {
        var type = block.GetStringOrNull("type");
        var read = type switch
        {
            "tool_result" => ReadResult(block, path),
            "image" or "document" => AnthropicMediaReader.Read(block, path),
            _ => AnthropicBlockReader.Read(block),
        };
        if (block.TryGet(AnthropicProperties.CacheControl, out var cache))
        {
            (read.AdditionalProperties ??= [])[AnthropicProperties.CacheControl] = cache;
        }

        return read;
    }

    private static FunctionResultContent ReadResult(JsonElement block, string path)
    {
        if (block.GetStringOrNull("tool_use_id") is not { Length: > 0 } id)
        {
            throw new JsonException($"{path}: a tool_result must have a tool_use_id.");
        }

        object? result = null;
        if (block.TryGet("content", out var content))
        {
            // A single text is what other wires know too.
            var contents = ReadContents(content, path + ".content");
            result = contents is [TextContent { AdditionalProperties: null, RawRepresentation: null, Annotations: null } text] ? text.Text : contents;
        }

        return new FunctionResultContent(id, result)
        {
            Exception = block.GetBooleanOrNull("is_error") is true ? new InvalidOperationException(result as string ?? "The tool failed.") : null,
            RawRepresentation = AnthropicBlocks.HasOtherMembers(block, ResultMembers) ? block : null,
        };
    }

    private static void AddUser(List<AIContent> contents, List<ChatMessage> messages)
    {
        if (!contents.Exists(static content => content is FunctionResultContent))
        {
            messages.Add(new ChatMessage(ChatRole.User, contents));
            return;
        }

        messages.Add(new ChatMessage(ChatRole.Tool, contents.FindAll(static content => content is FunctionResultContent)));
        var others = contents.FindAll(static content => content is not FunctionResultContent);
        if (others.Count > 0)
        {
            messages.Add(new ChatMessage(ChatRole.User, others));
        }
    }
}
