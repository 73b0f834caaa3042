using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Anthropic.Requests;

/// <summary>Brings JSON schemas into the subset that constrained decoding takes: closed objects, and no limits on numbers, lengths and counts, which become part of the description instead.</summary>
internal static class AnthropicSchemas
{
    private static readonly string[] Limits =
    [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties",
    ];

    // Transformed once per format or tool, which live as long as the application uses them.
    private static readonly AIJsonSchemaTransformCache Cache = new(new AIJsonSchemaTransformOptions
    {
        DisallowAdditionalProperties = true,
        TransformSchemaNode = static (_, node) => Close(MoveLimits(node)),
    });

    /// <summary>Returns the schema of an answer.</summary>
    public static JsonElement ForOutput(ChatResponseFormatJson format) => Cache.GetOrCreateTransformedSchema(format)!.Value;

    /// <summary>Returns the schema of a function that is called strictly.</summary>
    public static JsonElement ForStrictFunction(AIFunctionDeclaration function) => Cache.GetOrCreateTransformedSchema(function);

    /// <summary>Closes objects that are open because nothing is said; what an object says of its additional properties in a schema stays, and the provider will tell that it cannot do it.</summary>
    private static JsonNode Close(JsonNode node)
    {
        if (node is JsonObject schema && IsObject(schema["type"]) && schema["additionalProperties"] is (null or JsonValue))
        {
            schema["additionalProperties"] = false;
        }

        return node;
    }

    private static bool IsObject(JsonNode? type) => type switch
    {
        JsonValue value => value.TryGetValue(out string? name) && name == "object",
        JsonArray several => several.Any(static item => IsObject(item)),
        _ => false,
    };

    private static JsonNode MoveLimits(JsonNode node)
    {
        if (node is not JsonObject schema)
        {
            return node;
        }

        schema.Remove("$schema");
        JsonObject? moved = null;
        foreach (var limit in Limits)
        {
            if (schema.Remove(limit, out var value))
            {
                (moved ??= [])[limit] = value;
            }
        }

        // The only counts that decoding can enforce are none and one.
        if (schema["minItems"] is JsonValue items && items.TryGetValue(out int count) && count > 1)
        {
            schema.Remove("minItems");
            (moved ??= [])["minItems"] = count;
        }

        if (moved is not null)
        {
            var description = schema["description"] is JsonValue text && text.TryGetValue(out string? value) && !string.IsNullOrEmpty(value) ? value + " " : string.Empty;
            schema["description"] = description + moved.ToJsonString();
        }

        return schema;
    }
}
