using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Where the provider shall keep the beginning of a prompt in its cache: after the last tool, after the system prompt, and after the last two turns of the user.</summary>
/// <remarks>
/// These are the four breakpoints that the provider allows. The one after the turn before the last is where the request before this one ended, so that its cache is found again however long the turns are.
/// A caller that sets a breakpoint himself, anywhere, knows better: then none is set for him.
/// </remarks>
internal static class AnthropicCacheBreakpoints
{
    /// <summary>Whether breakpoints are to be set.</summary>
    /// <param name="request">The request.</param>
    /// <param name="extra">The raw members of the request.</param>
    public static bool AreWanted(in WireRequest request, JsonElement extra)
    {
        if (PromptCacheKeys.Find(request.Options) is null || IsSet(extra))
        {
            return false;
        }

        foreach (var tool in request.Options!.Tools ?? [])
        {
            if (tool.AdditionalProperties.ContainsKey(AnthropicProperties.CacheControl) || (tool is AnthropicTool raw && IsSet(raw.Definition)))
            {
                return false;
            }
        }

        foreach (var message in request.Messages)
        {
            foreach (var content in message.Contents)
            {
                if (IsSet(content))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Writes a breakpoint as a member of the open object.</summary>
    public static void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(AnthropicProperties.CacheControl);
        writer.WriteString("type", "ephemeral");
        writer.WriteEndObject();
    }

    /// <summary>Finds the contents after which the last two turns of the user end, of those that can carry a breakpoint.</summary>
    /// <param name="parts">The contents with the roles of their turns.</param>
    /// <param name="user">The user's role.</param>
    /// <returns>Their places; -1 for none.</returns>
    public static (int Last, int Previous) Find(List<(string Role, AIContent Content)> parts, string user)
    {
        var last = -1;
        for (var end = parts.Count; end > 0;)
        {
            var start = end - 1;
            while (start > 0 && parts[start - 1].Role == parts[end - 1].Role)
            {
                start--;
            }

            if (parts[start].Role == user && FindIn(parts, start, end) is >= 0 and var found)
            {
                if (last >= 0)
                {
                    return (last, found);
                }

                last = found;
            }

            end = start;
        }

        return (last, -1);
    }

    /// <summary>Returns the place of the last tool that the prompt begins with: those that are found by a search are not part of it and may carry no breakpoint.</summary>
    public static int FindTool(IList<AITool> tools, AnthropicToolSearch search)
    {
        for (var i = tools.Count - 1; i >= 0; i--)
        {
            var tool = tools[i];
            var deferred = tool is AnthropicTool raw
                ? raw.Definition.GetBooleanOrNull(AnthropicToolProperties.DeferLoading) is true
                : tool.AdditionalProperties.TryGetValue(AnthropicToolProperties.DeferLoading, out var defer) ? defer is not false
                : tool is AIFunctionDeclaration function && search.Defers(function.Name);
            if (!deferred && tool is not HostedMcpServerTool)
            {
                return i;
            }
        }

        return -1;
    }

    // Results stand first in a turn.
    private static int FindIn(List<(string Role, AIContent Content)> parts, int start, int end)
    {
        var result = -1;
        for (var i = end - 1; i >= start; i--)
        {
            switch (parts[i].Content)
            {
                case FunctionResultContent:
                    result = Math.Max(result, i);
                    break;
                case TextContent or DataContent or UriContent:
                    return i;
            }
        }

        return result;
    }

    private static bool IsSet(AIContent content)
    {
        if (content.AdditionalProperties?.ContainsKey(AnthropicProperties.CacheControl) is true
            || (AnthropicBlocks.TryGetBlock(content, out var block) && block.TryGet(AnthropicProperties.CacheControl, out _)))
        {
            return true;
        }

        if (content is FunctionResultContent { Result: { } result })
        {
            foreach (var inner in result as IEnumerable<AIContent> ?? (result is AIContent one ? [one] : []))
            {
                if (IsSet(inner))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsSet(JsonElement members) =>
        members.ValueKind == JsonValueKind.Object && members.GetRawText().Contains($"\"{AnthropicProperties.CacheControl}\"", StringComparison.Ordinal);
}
