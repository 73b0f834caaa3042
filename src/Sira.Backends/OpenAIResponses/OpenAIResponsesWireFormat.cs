using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.Wire;
using Sira.Models;

namespace Sira.Backends.OpenAIResponses;

/// <summary>OpenAI's Responses protocol, as OpenAI, Azure, xAI, DeepSeek and OpenRouter speak it.</summary>
/// <param name="reasons">
/// Whether a model reasons, by the catalogue. Such a model is asked for its encrypted reasoning when nothing is stored at the provider; one that does not reason rejects the question.
/// Without it, encrypted reasoning is asked for when the request itself mentions reasoning or its history has some.
/// </param>
/// <param name="provider">Who speaks it, such as the host of the endpoint: what one provider encrypted, another one refuses.</param>
/// <param name="cachesPrompts">Whether the provider knows <c>prompt_cache_key</c>.</param>
internal sealed class OpenAIResponsesWireFormat(Func<string, bool>? reasons = null, string? provider = null, bool cachesPrompts = true) : IWireFormat
{
    private const string WireName = "openai.responses";

    private readonly string origin = provider is null ? WireName : $"{WireName}@{provider}";

    /// <summary>Gets what the protocol can say. Stop sequences, penalties, seed and top-k are not among it.</summary>
    public static RequestFeatures Features { get; } =
        RequestFeatures.SystemMessage | RequestFeatures.ImageInput | RequestFeatures.AudioInput | RequestFeatures.FileInput
        | RequestFeatures.Tools | RequestFeatures.ToolChoiceRequired | RequestFeatures.ParallelToolCalls
        | RequestFeatures.JsonOutput | RequestFeatures.JsonSchemaOutput | RequestFeatures.Reasoning
        | RequestFeatures.Temperature | RequestFeatures.TopP | RequestFeatures.MaxOutputTokens
        | RequestFeatures.WebSearch | RequestFeatures.CodeInterpreter | RequestFeatures.FileSearch | RequestFeatures.HostedMcp
        | RequestFeatures.ImageGeneration | RequestFeatures.ProviderConversation | RequestFeatures.BackgroundResponses
        | RequestFeatures.Streaming;

    public string Name => WireName;

    public string GetPath(string modelId, bool streaming) => "responses";

    public string? GetContinuationPath(ResponseContinuationToken token, bool streaming) =>
        ResponsesContinuation.TryRead(token, out var continuation) ? continuation.GetPath(streaming) : null;

    public void WriteRequest(Utf8JsonWriter writer, in WireRequest request) => OpenAIResponsesRequestWriter.Write(writer, request, reasons, origin, cachesPrompts);

    public ChatResponse ReadResponse(JsonElement body)
    {
        var response = OpenAIResponsesResponseReader.Read(body);
        foreach (var message in response.Messages)
        {
            ResponsesOrigin.Mark(message.Contents, origin);
        }

        return response;
    }

    public IWireStreamReader CreateStreamReader() => new OpenAIResponsesStreamReader(origin);

    public WireError ReadError(int statusCode, JsonElement body) => OpenAIResponsesErrorReader.Read(statusCode, body);
}
