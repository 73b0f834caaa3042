using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIChat.Dialects;
using Sira.Backends.OpenAIChat.Requests;
using Sira.Backends.OpenAIChat.Responses;
using Sira.Backends.Wire;
using Sira.Models;

namespace Sira.Backends.OpenAIChat;

/// <summary>OpenAI's chat completions, as a dialect speaks them.</summary>
/// <param name="dialect">The dialect.</param>
/// <param name="path">The path, <c>{model}</c> standing for the model; the dialect's own when <see langword="null"/>.</param>
internal sealed class OpenAIChatWireFormat(OpenAIDialect dialect, string? path = null) : IWireFormat
{
    /// <summary>The name of the wire.</summary>
    public const string WireName = "openai.chat";

    private readonly OpenAIChatRequestWriter requests = new(dialect);
    private readonly OpenAIChatResponseReader responses = new(dialect);

    /// <inheritdoc />
    public string Name => WireName;

    /// <summary>Gets what the wire can say.</summary>
    public RequestFeatures Features => dialect.Features;

    /// <inheritdoc />
    public string GetPath(string modelId, bool streaming) => PathTemplate.Expand(path ?? dialect.ChatPath, modelId);

    /// <inheritdoc />
    public KeyValuePair<string, string>? GetHeader(in WireRequest request) =>
        dialect.PromptCacheHeader is { } header && PromptCacheKeys.Find(request.Options) is { } key ? new(header, key) : null;

    /// <inheritdoc />
    public void WriteRequest(Utf8JsonWriter writer, in WireRequest request) => requests.Write(writer, request);

    /// <inheritdoc />
    public ChatResponse ReadResponse(JsonElement body) => responses.Read(body);

    /// <inheritdoc />
    public IWireStreamReader CreateStreamReader() => new OpenAIChatStreamReader(dialect);

    /// <inheritdoc />
    public WireError ReadError(int statusCode, JsonElement body) => OpenAIErrorReader.Read(statusCode, body);
}
