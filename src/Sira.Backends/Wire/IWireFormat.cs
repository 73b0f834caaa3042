using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Wire;

/// <summary>One provider protocol: how a request is written and a response, a stream and an error are read. Pure functions over JSON; HTTP is the transport's business.</summary>
internal interface IWireFormat
{
    /// <summary>Gets the name, such as <c>openai.chat</c>.</summary>
    string Name { get; }

    /// <summary>Returns the path, relative to the backend's endpoint.</summary>
    string GetPath(string modelId, bool streaming);

    /// <summary>Returns a header that this one request needs, such as Anthropic's betas, or <see langword="null"/>.</summary>
    KeyValuePair<string, string>? GetHeader(in WireRequest request) => null;

    /// <summary>Returns the path to fetch a background response from, or <see langword="null"/> when the token is not one of this wire.</summary>
    string? GetContinuationPath(ResponseContinuationToken token, bool streaming) => null;

    /// <summary>Writes the request's JSON.</summary>
    void WriteRequest(Utf8JsonWriter writer, in WireRequest request);

    /// <summary>Reads a complete response. Throws <see cref="BackendException"/> for an error inside a 200 and for what the protocol does not allow.</summary>
    ChatResponse ReadResponse(JsonElement body);

    /// <summary>Returns a reader for one stream.</summary>
    IWireStreamReader CreateStreamReader();

    /// <summary>Reads what an error response says beyond its status: the provider's code and message, and the kind when that is more precise than the status.</summary>
    WireError ReadError(int statusCode, JsonElement body);
}
