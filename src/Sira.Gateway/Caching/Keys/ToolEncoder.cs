using Microsoft.Extensions.AI;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Encodes tools. Only functions are: what a hosted tool finds is the provider's and may change, so requests with one are not cached.</summary>
internal static class ToolEncoder
{
    public static bool TryWrite(KeyWriter writer, IList<AITool>? tools)
    {
        writer.Count(tools?.Count ?? 0);
        for (var i = 0; i < tools?.Count; i++)
        {
            if (tools[i] is not AIFunctionDeclaration function || !TryWrite(writer, function))
            {
                return false;
            }
        }

        return true;
    }

    public static bool TryWriteMode(KeyWriter writer, ChatToolMode? mode)
    {
        switch (mode)
        {
            case null:
                writer.Null();
                return true;
            case NoneChatToolMode:
                writer.Tag(Tags.NoTool);
                return true;
            case AutoChatToolMode:
                writer.Tag(Tags.AutoTool);
                return true;
            case RequiredChatToolMode required:
                writer.Tag(Tags.RequiredTool);
                writer.String(required.RequiredFunctionName);
                return true;
            default:
                return false;
        }
    }

    private static bool TryWrite(KeyWriter writer, AIFunctionDeclaration function)
    {
        writer.Tag(Tags.Function);
        writer.String(function.Name);
        writer.String(function.Description);
        if (!JsonEncoder.TryWrite(writer, function.JsonSchema))
        {
            return false;
        }

        if (function.ReturnJsonSchema is not { } returned)
        {
            writer.Null();
        }
        else if (!JsonEncoder.TryWrite(writer, returned))
        {
            return false;
        }

        var properties = function.AdditionalProperties;
        writer.Count(properties.Count);
        foreach (var (key, value) in properties)
        {
            writer.String(key);
            if (!ValueEncoder.TryWrite(writer, value))
            {
                return false;
            }
        }

        return true;
    }
}
