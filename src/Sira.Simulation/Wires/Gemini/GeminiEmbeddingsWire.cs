using System.Text.Json;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires.Gemini;

/// <summary>Gemini's embedContent and batchEmbedContents.</summary>
internal sealed class GeminiEmbeddingsWire : Wire
{
    private const int MaximumDimensions = 16_384;

    /// <inheritdoc />
    public override SimulatedWire Kind => SimulatedWire.GeminiEmbeddings;

    /// <inheritdoc />
    public override ErrorShape Errors => GeminiErrorShape.Instance;

    /// <inheritdoc />
    public override string JsonMediaType => "application/json; charset=UTF-8";

    /// <inheritdoc />
    public override SimulatedPrompt Read(string path, JsonElement body)
    {
        var requests = IsBatch(path)
            ? [.. body.RequiredItems("requests", "* BatchEmbedContentsRequest.requests: requests is not specified").EnumerateArray()]
            : new List<JsonElement> { body };
        var size = requests[0].Member("outputDimensionality", "output_dimensionality");
        int? dimensions = size is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var wanted) ? wanted : null;
        if (dimensions is < 1 or > MaximumDimensions)
        {
            throw new BadPromptException("* EmbedContentRequest.output_dimensionality: output_dimensionality is invalid");
        }

        return new SimulatedPrompt
        {
            Wire = Kind,
            Model = GeminiReader.ModelIn(path),
            EmbeddingInputs = [.. requests.Select(static request => GeminiReader.JoinParts(request.Object("content") ?? throw new BadPromptException("* EmbedContentRequest.content: contents is not specified")))],
            Dimensions = dimensions,
            Json = body,
        };
    }

    /// <inheritdoc />
    public override byte[] WriteBody(WireAnswer answer) => JsonWriting.Write(json =>
    {
        var prompt = answer.Prompt;
        var dimensions = prompt.Dimensions ?? answer.Options.DimensionsOf(prompt.Model);
        json.WriteStartObject();
        if (prompt.Json.Member("requests") is null)
        {
            json.WritePropertyName("embedding");
            WriteVector(json, prompt.EmbeddingInputs[0], dimensions);
        }
        else
        {
            json.WriteStartArray("embeddings");
            foreach (var input in prompt.EmbeddingInputs)
            {
                WriteVector(json, input, dimensions);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    });

    private static bool IsBatch(string path) => path.EndsWith(":batchEmbedContents", StringComparison.Ordinal);

    private static void WriteVector(Utf8JsonWriter json, string text, int dimensions)
    {
        json.WriteStartObject();
        json.WriteStartArray("values");
        foreach (var value in HashedEmbedding.Compute(text, dimensions))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
