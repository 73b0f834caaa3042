using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic.Requests;
using Sira.Backends.Wire;
using Sira.Models;

namespace Sira.Backends.Anthropic;

/// <summary>The Messages API of Anthropic, which others offer too.</summary>
/// <remarks>
/// The transport adds what <see cref="AnthropicHeaders"/> says: the version on every request, the key as <c>x-api-key</c>, and the betas of <see cref="GetBetas"/>.
/// Text is written as it stands. Reasoning settings become <c>thinking</c> and <c>output_config</c> as the model's profile says; while the model thinks, <c>temperature</c> other than 1, <c>top_k</c>
/// and a <c>top_p</c> below 0.95 are left out, since the provider refuses them. The members <c>thinking</c> and <c>output_config.effort</c> of a raw representation are exact where
/// <see cref="ChatOptions.Reasoning"/> is not, so they replace it.
/// </remarks>
internal sealed class AnthropicWireFormat : IWireFormat
{
    /// <summary>The name of the wire.</summary>
    public const string WireName = "anthropic.messages";

    private readonly AnthropicWireOptions _options;

    public AnthropicWireFormat(AnthropicWireOptions? options = null) => _options = options ?? new AnthropicWireOptions();

    /// <summary>Gets what the wire can say. It has no JSON mode without a schema, no seed and no penalties; audio and video are not understood.</summary>
    public static RequestFeatures Features { get; } =
        RequestFeatures.SystemMessage | RequestFeatures.ImageInput | RequestFeatures.FileInput
        | RequestFeatures.Tools | RequestFeatures.ToolChoiceRequired | RequestFeatures.ParallelToolCalls
        | RequestFeatures.JsonSchemaOutput | RequestFeatures.Reasoning
        | RequestFeatures.Temperature | RequestFeatures.TopP | RequestFeatures.TopK | RequestFeatures.StopSequences | RequestFeatures.MaxOutputTokens
        | RequestFeatures.WebSearch | RequestFeatures.CodeInterpreter | RequestFeatures.HostedMcp | RequestFeatures.Streaming;

    public string Name => WireName;

    public string GetPath(string modelId, bool streaming) => "messages";

    /// <summary>Returns the value of the header <see cref="AnthropicHeaders.Beta"/> that a request needs, or <see langword="null"/> when it needs none.</summary>
    /// <remarks>Asks <see cref="ChatOptions.RawRepresentationFactory"/>, as writing the request does. A caller adds betas of its own with the additional property <c>anthropic-beta</c> of its options.</remarks>
    public string? GetBetas(in WireRequest request) => AnthropicBetas.Find(request, _options);

    public KeyValuePair<string, string>? GetHeader(in WireRequest request) =>
        GetBetas(request) is { } betas ? new KeyValuePair<string, string>(AnthropicHeaders.Beta, betas) : null;

    public void WriteRequest(Utf8JsonWriter writer, in WireRequest request) => AnthropicRequestWriter.Write(writer, request, _options);

    public ChatResponse ReadResponse(JsonElement body) => AnthropicResponseReader.Read(body, _options.TimeProvider);

    public IWireStreamReader CreateStreamReader() => new AnthropicStreamReader(_options.TimeProvider);

    public WireError ReadError(int statusCode, JsonElement body) => AnthropicErrorReader.Read(body);
}
