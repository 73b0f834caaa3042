using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Wire;

/// <summary>One provider's protocol for embeddings. Pure functions over JSON; HTTP is the transport's business.</summary>
internal interface IEmbeddingWireFormat
{
    /// <summary>Returns the path, relative to the backend's endpoint.</summary>
    string GetPath(string modelId);

    /// <summary>Writes the request's JSON.</summary>
    void WriteRequest(Utf8JsonWriter writer, string modelId, IReadOnlyList<string> values, EmbeddingGenerationOptions? options);

    /// <summary>Reads a complete response, in the order of the values. Throws <see cref="BackendException"/> for an error inside a 200 and for a wrong number of vectors.</summary>
    GeneratedEmbeddings<Embedding<float>> ReadResponse(JsonElement body, int expectedCount);

    /// <summary>Reads what an error response says beyond its status.</summary>
    WireError ReadError(int statusCode, JsonElement body);
}
