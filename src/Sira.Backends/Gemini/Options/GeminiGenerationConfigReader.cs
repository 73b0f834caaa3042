using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Gemini.Options;

/// <summary>Reads <c>generationConfig</c>; what <see cref="ChatOptions"/> has no member for becomes raw.</summary>
internal static class GeminiGenerationConfigReader
{
    public static void Read(JsonElement config, ChatOptions options, GeminiModelRule rule, JsonObject raw)
    {
        if (config.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"generationConfig is a JSON {config.ValueKind}, not an object.");
        }

        var rest = new JsonObject();
        options.ResponseFormat = ReadFormat(config);
        foreach (var member in config.EnumerateObject())
        {
            var name = GeminiJson.ToCamelCase(member.Name);
            if (!ReadTyped(name, member.Value, options, rule, rest))
            {
                rest[name] = GeminiRequestReader.ToNode(member.Value);
            }
        }

        if (rest.Count > 0)
        {
            raw["generationConfig"] = rest;
        }
    }

    private static bool ReadTyped(string name, JsonElement value, ChatOptions options, GeminiModelRule rule, JsonObject rest)
    {
        var isNumber = value.ValueKind == JsonValueKind.Number;
        // A number that no float can say stays raw, for the provider to refuse.
        var isSingle = isNumber && float.IsFinite(value.GetSingle());
        switch (name)
        {
            case "temperature" when isSingle:
                options.Temperature = value.GetSingle();
                return true;
            case "topP" when isSingle:
                options.TopP = value.GetSingle();
                return true;
            case "topK" when isNumber:
                options.TopK = ToInt32(value);
                return true;
            case "maxOutputTokens" when isNumber:
                options.MaxOutputTokens = ToInt32(value);
                return true;
            case "seed" when isNumber && value.TryGetInt64(out var seed):
                options.Seed = seed;
                return true;
            case "frequencyPenalty" when isSingle:
                options.FrequencyPenalty = value.GetSingle();
                return true;
            case "presencePenalty" when isSingle:
                options.PresencePenalty = value.GetSingle();
                return true;
            case "stopSequences" when value.ValueKind == JsonValueKind.Array:
                options.StopSequences = [.. value.EnumerateArray().Where(static stop => stop.ValueKind == JsonValueKind.String).Select(static stop => stop.GetString()!)];
                return true;
            case "thinkingConfig" when value.ValueKind == JsonValueKind.Object:
                ReadThinking(value, options, rule, rest);
                return true;
            case "responseMimeType":
                return options.ResponseFormat is not null;
            case "responseSchema" or "responseJsonSchema":
                return options.ResponseFormat is ChatResponseFormatJson;
            default:
                return value.ValueKind == JsonValueKind.Null;
        }
    }

    private static int ToInt32(JsonElement value) => (int)Math.Clamp(value.GetDouble(), int.MinValue, int.MaxValue);

    private static ChatResponseFormat? ReadFormat(JsonElement config)
    {
        switch (config.GetEitherStringOrNull("responseMimeType", "response_mime_type"))
        {
            case "text/plain" when !config.TryGetEither("responseSchema", "response_schema", out _) && !config.TryGetEither("responseJsonSchema", "response_json_schema", out _):
                return ChatResponseFormat.Text;
            case "application/json" when config.TryGetEitherObject("responseJsonSchema", "response_json_schema", out var schema):
                return ChatResponseFormat.ForJsonSchema(schema.Clone());
            case "application/json" when config.TryGetEitherObject("responseSchema", "response_schema", out var schema):
                return ChatResponseFormat.ForJsonSchema(GeminiSchema.FromOpenApi(schema));
            case "application/json":
                return ChatResponseFormat.Json;
            default:
                return null;
        }
    }

    private static void ReadThinking(JsonElement config, ChatOptions options, GeminiModelRule rule, JsonObject rest)
    {
        var reasoning = new ReasoningOptions();
        var raw = new JsonObject();
        foreach (var member in config.EnumerateObject())
        {
            var name = GeminiJson.ToCamelCase(member.Name);
            if (rule.Thinking.IsSupported && name == "includeThoughts" && member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                reasoning.Output = member.Value.GetBoolean() ? ReasoningOutput.Summary : ReasoningOutput.None;
            }
            else if (name is GeminiThinking.LevelMember or GeminiThinking.BudgetMember && rule.Thinking.Read(config) is { } effort)
            {
                reasoning.Effort = effort;
            }
            else
            {
                raw[name] = GeminiRequestReader.ToNode(member.Value);
            }
        }

        if (reasoning.Effort is not null || reasoning.Output is not null)
        {
            options.Reasoning = reasoning;
        }

        if (raw.Count > 0)
        {
            rest["thinkingConfig"] = raw;
        }
    }
}
