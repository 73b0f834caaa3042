using System.Text.Json;
using Sira.Simulation.Wires.Anthropic;
using Sira.Simulation.Wires.Gemini;

namespace Sira.Simulation.Wires;

/// <summary>Writes the list of models in each provider's shape.</summary>
internal static class ModelList
{
    // A release date that never changes, because lists are compared.
    private const long Created = 1_767_225_600;

    /// <summary>Writes the list.</summary>
    /// <param name="models">The models.</param>
    /// <param name="shape">Whose words to use.</param>
    /// <returns>The body.</returns>
    public static byte[] Write(IEnumerable<string> models, ErrorShape shape) => JsonWriting.Write(json =>
    {
        json.WriteStartObject();
        switch (shape)
        {
            case AnthropicErrorShape:
                WriteAnthropic(json, [.. models]);
                break;
            case GeminiErrorShape:
                WriteGemini(json, models);
                break;
            default:
                WriteOpenAI(json, models);
                break;
        }

        json.WriteEndObject();
    });

    private static void WriteOpenAI(Utf8JsonWriter json, IEnumerable<string> models)
    {
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("id", model);
            json.WriteString("object", "model");
            json.WriteNumber("created", Created);
            json.WriteString("owned_by", "simulation");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAnthropic(Utf8JsonWriter json, string[] models)
    {
        json.WriteStartArray("data");
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("type", "model");
            json.WriteString("id", model);
            json.WriteString("display_name", model);
            json.WriteString("created_at", DateTimeOffset.FromUnixTimeSeconds(Created));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteString("first_id", models.FirstOrDefault());
        json.WriteString("last_id", models.LastOrDefault());
    }

    private static void WriteGemini(Utf8JsonWriter json, IEnumerable<string> models)
    {
        json.WriteStartArray("models");
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("name", "models/" + model);
            json.WriteString("version", "001");
            json.WriteString("displayName", model);
            json.WriteNumber("inputTokenLimit", 1_048_576);
            json.WriteNumber("outputTokenLimit", 65_536);
            json.WriteStartArray("supportedGenerationMethods");
            json.WriteStringValue("generateContent");
            json.WriteStringValue("countTokens");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
