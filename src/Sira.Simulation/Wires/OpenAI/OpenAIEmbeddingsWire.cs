using System.Text.Json;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.OpenAI;

/// <summary>OpenAI embeddings.</summary>
internal sealed class OpenAIEmbeddingsWire : Wire
{
    private const int MaximumDimensions = 16_384;

    /// <inheritdoc />
    public override SimulatedWire Kind => SimulatedWire.OpenAIEmbeddings;

    /// <inheritdoc />
    public override ErrorShape Errors => OpenAIErrorShape.Chat;

    /// <inheritdoc />
    public override IReadOnlyList<KeyValuePair<string, string>> Headers => OpenAIErrorShape.CommonHeaders;

    /// <inheritdoc />
    public override SimulatedPrompt Read(string path, JsonElement body)
    {
        var dimensions = body.Integer("dimensions");
        if (dimensions is < 1 or > MaximumDimensions)
        {
            throw new BadPromptException($"Invalid value for 'dimensions' = {dimensions}.", "dimensions");
        }

        return new SimulatedPrompt
        {
            Wire = Kind,
            Model = body.RequiredText("model", "you must provide a model parameter"),
            EmbeddingInputs = body.Member("input") switch
            {
                { ValueKind: JsonValueKind.String } text => [text.GetString()!],
                { ValueKind: JsonValueKind.Array } many when many.GetArrayLength() > 0 => [.. many.EnumerateArray().Select(AsText)],
                _ => throw new BadPromptException("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.", "input"),
            },
            Dimensions = dimensions,
            Json = body,
        };
    }

    /// <inheritdoc />
    public override byte[] WriteBody(WireAnswer answer) => JsonWriting.Write(json =>
    {
        var prompt = answer.Prompt;
        var base64 = prompt.Json.Text("encoding_format") == "base64";
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (var i = 0; i < prompt.EmbeddingInputs.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            WriteVector(json, HashedEmbedding.Compute(prompt.EmbeddingInputs[i], prompt.Dimensions ?? answer.Options.DimensionsOf(prompt.Model)), base64);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", answer.Answer.Model);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", answer.Answer.InputTokens);
        json.WriteNumber("total_tokens", answer.Answer.InputTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    // Inputs may also be token ids, which say as much as a text does to a hash.
    private static string AsText(JsonElement input) => input.ValueKind == JsonValueKind.String ? input.GetString()! : input.GetRawText();

    private static void WriteVector(Utf8JsonWriter json, float[] vector, bool base64)
    {
        if (base64)
        {
            json.WriteString("embedding", HashedEmbedding.ToBase64(vector));
            return;
        }

        json.WriteStartArray("embedding");
        foreach (var value in vector)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
