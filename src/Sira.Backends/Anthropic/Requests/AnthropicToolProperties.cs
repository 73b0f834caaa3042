using System.Text.Json;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>The members of tool definitions that are additional properties of the tool. Others that a tool may have are meant for other providers.</summary>
internal static class AnthropicToolProperties
{
    public const string Type = "type";
    public const string Strict = "strict";
    public const string DeferLoading = "defer_loading";

    public static readonly string[] Function = [Type, Strict, AnthropicProperties.CacheControl, DeferLoading, "allowed_callers", "input_examples", "eager_input_streaming"];

    public static readonly string[] WebSearch = ["max_uses", "allowed_domains", "blocked_domains", "user_location", AnthropicProperties.CacheControl, DeferLoading, "allowed_callers", Strict];

    public static readonly string[] CodeExecution = [AnthropicProperties.CacheControl, DeferLoading, "allowed_callers", Strict];

    public static readonly string[] ToolSearch = [AnthropicProperties.CacheControl, "allowed_callers", Strict];

    /// <summary>Takes the members of a definition that are additional properties; <see langword="null"/> when it has a member that is not known.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="names">The names of the additional properties, besides the type.</param>
    /// <param name="known">The members that the tool has a place for.</param>
    public static Dictionary<string, object?>? Take(JsonElement definition, ReadOnlySpan<string> names, ReadOnlySpan<string> known)
    {
        var properties = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in definition.EnumerateObject())
        {
            if (member.Name == Type || names.Contains(member.Name))
            {
                properties[member.Name] = member.Value.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    JsonValueKind.String => member.Value.GetString(),
                    _ => member.Value,
                };
            }
            else if (!known.Contains(member.Name))
            {
                return null;
            }
        }

        return properties;
    }
}
