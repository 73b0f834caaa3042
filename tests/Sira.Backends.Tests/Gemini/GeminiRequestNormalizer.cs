using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sira.Backends.Tests.Gemini;

/// <summary>
/// Brings a request into one of the forms that the API documents as equivalent:
/// snake-case names are camel case; names of modes, levels and types are case-insensitive; a whole number may have a fraction of zero;
/// an empty generationConfig is none, and so is an empty description; the role of a systemInstruction is ignored; the body's model is the path's; tools may be one object;
/// neighbouring contents of one role are one content; <c>parameters</c> in OpenAPI's subset is <c>parametersJsonSchema</c>, and <c>responseSchema</c> is <c>responseJsonSchema</c>;
/// <c>tools</c> are a set, in which functions are one entry.
/// </summary>
internal static class GeminiRequestNormalizer
{
    private static readonly HashSet<string> Opaque = ["args", "response", "parametersJsonSchema", "responseJsonSchema", "parameters", "responseSchema"];

    public static JsonNode Normalize(JsonNode request)
    {
        var body = (JsonObject)Camel(request);
        body.Remove("model");
        (body["systemInstruction"] as JsonObject)?.Remove("role");
        if (body["generationConfig"] is JsonObject config)
        {
            NormalizeConfig(config);
            if (config.Count == 0)
            {
                body.Remove("generationConfig");
            }
        }

        if (body["tools"] is { } tools)
        {
            body["tools"] = NormalizeTools(tools);
        }

        if (body["toolConfig"]?["functionCallingConfig"] is JsonObject calling && calling["mode"] is { } mode)
        {
            calling["mode"] = mode.GetValue<string>().ToUpperInvariant();
        }

        body["contents"] = NormalizeContents((JsonArray)body["contents"]!);
        return body;
    }

    private static void NormalizeConfig(JsonObject config)
    {
        if (config["thinkingConfig"] is JsonObject thinking && thinking["thinkingLevel"] is { } level)
        {
            thinking["thinkingLevel"] = level.GetValue<string>().ToUpperInvariant();
        }

        Rename(config, "responseSchema", "responseJsonSchema");
        foreach (var name in config.Select(member => member.Key).ToList())
        {
            if (config[name]!.GetValueKind() == JsonValueKind.Number)
            {
                config[name] = config[name]!.GetValue<double>();
            }
        }
    }

    private static JsonArray NormalizeTools(JsonNode tools)
    {
        var list = tools is JsonArray array ? array.Select(tool => (JsonObject)tool!.DeepClone()).ToList() : [(JsonObject)tools.DeepClone()];
        foreach (var function in list.SelectMany(tool => tool["functionDeclarations"] as JsonArray ?? []))
        {
            Rename((JsonObject)function!, "parameters", "parametersJsonSchema");
            if ((string?)function!["description"] is "")
            {
                ((JsonObject)function).Remove("description");
            }
        }

        return new JsonArray([.. list.OrderBy(tool => tool.First().Key, StringComparer.Ordinal)]);
    }

    private static void Rename(JsonObject owner, string openApi, string jsonSchema)
    {
        if (owner[openApi] is { } schema)
        {
            owner.Remove(openApi);
            owner[jsonSchema] = Schema(schema);
        }
    }

    private static JsonArray NormalizeContents(JsonArray contents)
    {
        var merged = new JsonArray();
        foreach (var content in contents.Select(content => (JsonObject)content!.DeepClone()))
        {
            if (merged.Count > 0 && (string?)merged[^1]!["role"] == (string?)content["role"])
            {
                foreach (var part in (JsonArray)content["parts"]!)
                {
                    ((JsonArray)merged[^1]!["parts"]!).Add(part!.DeepClone());
                }
            }
            else
            {
                merged.Add((JsonNode)content);
            }
        }

        return merged;
    }

    private static JsonNode Schema(JsonNode node)
    {
        if (node is not JsonObject schema)
        {
            return node.DeepClone();
        }

        var result = new JsonObject();
        foreach (var (name, value) in schema)
        {
            switch (CamelName(name))
            {
                case "nullable":
                    break;
                case "type":
                    var type = value!.GetValue<string>().ToLowerInvariant();
                    result["type"] = schema.ContainsKey("nullable") ? new JsonArray(type, "null") : type;
                    break;
                case "enum" when schema.ContainsKey("nullable"):
                    result["enum"] = new JsonArray([.. ((JsonArray)value!).Select(item => item?.DeepClone()), null]);
                    break;
                case "properties":
                    result["properties"] = new JsonObject(((JsonObject)value!).Select(property => KeyValuePair.Create(property.Key, (JsonNode?)Schema(property.Value!))));
                    break;
                case "anyOf":
                    result["anyOf"] = new JsonArray([.. ((JsonArray)value!).Select(item => Schema(item!))]);
                    break;
                case "items":
                    result["items"] = Schema(value!);
                    break;
                case var other:
                    result[other] = value?.DeepClone();
                    break;
            }
        }

        return result;
    }

    private static JsonNode Camel(JsonNode node)
    {
        switch (node)
        {
            case JsonObject source:
                var result = new JsonObject();
                foreach (var (name, value) in source)
                {
                    var camel = CamelName(name);
                    result[camel] = value is null ? null : Opaque.Contains(camel) ? value.DeepClone() : Camel(value);
                }

                return result;
            case JsonArray array:
                return new JsonArray([.. array.Select(item => item is null ? null : Camel(item))]);
            default:
                return node.DeepClone();
        }
    }

    private static string CamelName(string name) =>
        string.Concat(name.Split('_').Select((word, index) => index == 0 || word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
