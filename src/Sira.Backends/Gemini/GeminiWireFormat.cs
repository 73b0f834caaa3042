using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Models;

namespace Sira.Backends.Gemini;

/// <summary>Gemini's <c>generateContent</c>, relative to <c>https://generativelanguage.googleapis.com/v1beta</c>; the key goes in <c>x-goog-api-key</c>.</summary>
internal sealed class GeminiWireFormat : IWireFormat
{
    /// <summary>What requests may ask for on this wire. Parallel calls cannot be switched, MCP servers are not called, and no conversation is kept by this API.</summary>
    public const RequestFeatures Features = RequestFeatures.SystemMessage | RequestFeatures.ImageInput | RequestFeatures.AudioInput | RequestFeatures.VideoInput
        | RequestFeatures.FileInput | RequestFeatures.Tools | RequestFeatures.ToolChoiceRequired | RequestFeatures.JsonOutput | RequestFeatures.JsonSchemaOutput
        | RequestFeatures.Reasoning | RequestFeatures.Temperature | RequestFeatures.TopP | RequestFeatures.TopK | RequestFeatures.FrequencyPenalty
        | RequestFeatures.PresencePenalty | RequestFeatures.Seed | RequestFeatures.StopSequences | RequestFeatures.MaxOutputTokens
        | RequestFeatures.WebSearch | RequestFeatures.CodeInterpreter | RequestFeatures.FileSearch | RequestFeatures.Streaming;

    /// <summary>The name of this wire.</summary>
    public const string WireName = "gemini.generate_content";

    /// <inheritdoc />
    public string Name => WireName;

    /// <inheritdoc />
    public string GetPath(string modelId, bool streaming) =>
        GeminiModelPath.Of(modelId) + (streaming ? ":streamGenerateContent?alt=sse" : ":generateContent");

    /// <inheritdoc />
    public void WriteRequest(Utf8JsonWriter writer, in WireRequest request) => GeminiRequestWriter.Write(writer, request);

    /// <inheritdoc />
    public ChatResponse ReadResponse(JsonElement body) => GeminiResponseReader.Read(body);

    /// <inheritdoc />
    public IWireStreamReader CreateStreamReader() => new GeminiStreamReader();

    /// <inheritdoc />
    public WireError ReadError(int statusCode, JsonElement body) => GeminiErrorReader.Read(body);
}
