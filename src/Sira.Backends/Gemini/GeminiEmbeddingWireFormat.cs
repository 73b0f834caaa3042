using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Gemini.Responses;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Gemini;

/// <summary>Gemini's <c>batchEmbedContents</c>. Raw members (<c>taskType</c>, <c>title</c>) go into each of the requests, which is where the wire has them.</summary>
internal sealed class GeminiEmbeddingWireFormat : IEmbeddingWireFormat
{
    private static readonly HashSet<string> Written = new(StringComparer.Ordinal) { "model", "content" };
    private static readonly HashSet<string> WrittenWithDimensions = new(StringComparer.Ordinal) { "model", "content", "outputDimensionality", "output_dimensionality" };

    /// <inheritdoc />
    public string GetPath(string modelId) => GeminiModelPath.Of(modelId) + ":batchEmbedContents";

    /// <inheritdoc />
    public void WriteRequest(Utf8JsonWriter writer, string modelId, IReadOnlyList<string> values, EmbeddingGenerationOptions? options)
    {
        // A wire is not a generator; factories that look at their argument get none.
        var raw = GeminiJson.ToObject(options?.RawRepresentationFactory?.Invoke(null!));
        var model = GeminiModelPath.Of(modelId);
        writer.WriteStartObject();
        writer.WriteStartArray("requests");
        foreach (var value in values)
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteStartObject("content");
            writer.WriteStartArray("parts");
            writer.WriteStartObject();
            writer.WriteString("text", value);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            if (options?.Dimensions is { } dimensions)
            {
                writer.WriteNumber("outputDimensionality", dimensions);
            }

            if (raw.ValueKind == JsonValueKind.Object)
            {
                WireJson.WriteExtraMembers(writer, raw, options?.Dimensions is null ? Written : WrittenWithDimensions);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <inheritdoc />
    public GeneratedEmbeddings<Embedding<float>> ReadResponse(JsonElement body, int expectedCount)
    {
        GeminiFailures.ThrowIfError(body);
        if (!body.TryGet("embeddings", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw GeminiFailures.Malformed("The response has no embeddings.", body);
        }

        var embeddings = new GeneratedEmbeddings<Embedding<float>>(list.GetArrayLength()) { Usage = GeminiUsageReader.Read(body) };
        foreach (var item in list.EnumerateArray())
        {
            embeddings.Add(new Embedding<float>(ReadValues(item, body)));
        }

        return embeddings.Count == expectedCount
            ? embeddings
            : throw GeminiFailures.Malformed($"The response has {embeddings.Count} embeddings for {expectedCount} values.", body, usage: embeddings.Usage);
    }

    /// <inheritdoc />
    public WireError ReadError(int statusCode, JsonElement body) => GeminiErrorReader.Read(body);

    private static float[] ReadValues(JsonElement item, JsonElement body)
    {
        if (!item.TryGet("values", out var values) || values.ValueKind != JsonValueKind.Array)
        {
            throw GeminiFailures.Malformed("An embedding has no values.", body);
        }

        var vector = new float[values.GetArrayLength()];
        var index = 0;
        foreach (var value in values.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Number || !float.IsFinite(value.GetSingle()))
            {
                throw GeminiFailures.Malformed("An embedding has a value that is no finite number.", body);
            }

            vector[index++] = value.GetSingle();
        }

        return vector;
    }
}
