using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.OpenAIChat.Requests;
using Sira.Backends.OpenAIChat.Responses;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat;

/// <summary>OpenAI's embeddings, as a dialect speaks them.</summary>
/// <param name="dialect">The dialect.</param>
/// <param name="path">The path, <c>{model}</c> standing for the model; the dialect's own when <see langword="null"/>.</param>
internal sealed class OpenAIEmbeddingWireFormat(OpenAIDialect dialect, string? path = null) : IEmbeddingWireFormat
{
    /// <inheritdoc />
    public string GetPath(string modelId) => PathTemplate.Expand(path ?? dialect.EmbeddingsPath ?? "embeddings", modelId);

    /// <inheritdoc />
    public void WriteRequest(Utf8JsonWriter writer, string modelId, IReadOnlyList<string> values, EmbeddingGenerationOptions? options)
    {
        var body = new BodyWriter(writer, options?.RawRepresentationFactory?.Invoke(null!));
        writer.WriteStartObject();
        body.String("model", modelId);
        body.Name("input").WriteStartArray();
        for (var i = 0; i < values.Count; i++)
        {
            writer.WriteStringValue(values[i]);
        }

        writer.WriteEndArray();
        body.String("encoding_format", dialect.EmbeddingEncoding);
        if (dialect.EmbeddingDimensionsMember is { } member)
        {
            body.Number(member, options?.Dimensions);
        }

        body.Extra();
        writer.WriteEndObject();
    }

    /// <inheritdoc />
    public GeneratedEmbeddings<Embedding<float>> ReadResponse(JsonElement body, int expectedCount)
    {
        if (OpenAIErrorReader.IsError(body))
        {
            throw OpenAIChatErrors.InAnswer(body, OpenAIUsageReader.Read(body));
        }

        var modelId = body.GetStringOrNull("model");
        var vectors = new Embedding<float>?[expectedCount];
        var position = 0;
        foreach (var item in body.EnumerateArrayOrEmpty("data"))
        {
            // They come in order by custom; the index is what the protocol promises.
            var index = item.GetInt32OrNull("index") ?? position;
            if (index < 0 || index >= expectedCount || vectors[index] is not null)
            {
                throw OpenAIChatErrors.Malformed($"an embedding has the index {index}, where {expectedCount} were asked for", body);
            }

            vectors[index] = new Embedding<float>(ReadVector(item, body)) { ModelId = modelId };
            position++;
        }

        if (position != expectedCount)
        {
            throw OpenAIChatErrors.Malformed($"the answer has {position} embeddings, where {expectedCount} were asked for", body);
        }

        return new GeneratedEmbeddings<Embedding<float>>(vectors!) { Usage = OpenAIUsageReader.Read(body) };
    }

    /// <inheritdoc />
    public WireError ReadError(int statusCode, JsonElement body) => OpenAIErrorReader.Read(statusCode, body);

    private static float[] ReadVector(JsonElement item, JsonElement body)
    {
        if (item.TryGet("embedding", out var embedding))
        {
            if (embedding.ValueKind == JsonValueKind.Array)
            {
                var vector = new float[embedding.GetArrayLength()];
                var i = 0;
                foreach (var number in embedding.EnumerateArray())
                {
                    vector[i++] = number.GetSingle();
                }

                return vector;
            }

            // Little-endian floats.
            if (embedding.ValueKind == JsonValueKind.String && embedding.TryGetBytesFromBase64(out var bytes) && bytes.Length % sizeof(float) == 0)
            {
                var vector = new float[bytes.Length / sizeof(float)];
                for (var i = 0; i < vector.Length; i++)
                {
                    vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
                }

                return vector;
            }
        }

        throw OpenAIChatErrors.Malformed("an embedding is neither an array of numbers nor base64", body);
    }
}
