using System.Text.Json.Nodes;

namespace Sira.Tests.Features.Support;

/// <summary>An answer as a provider would give it, written in the JSON or the stream of a wire. Written from the providers' documentation, apart from what Sira reads it with.</summary>
internal sealed record WireAnswer
{
    public string? Text { get; init; }

    public string? Reasoning { get; init; }

    /// <summary>Gets the signature or encrypted content of the reasoning.</summary>
    public string? Signature { get; init; }

    public string? Refusal { get; init; }

    /// <summary>Gets the address of a source that the text cites.</summary>
    public string? Citation { get; init; }

    public (string Id, string Name, string Arguments)[] Calls { get; init; } = [];

    /// <summary>Gets why it ends: <c>stop</c>, <c>length</c> or <c>filter</c>.</summary>
    public string End { get; init; } = "stop";

    public bool HasUsage { get; init; } = true;

    public string Write(string wire, bool streaming) => wire switch
    {
        "chat" => streaming ? ChatAnswers.Stream(this) : ChatAnswers.Body(this).ToJsonString(),
        "responses" => streaming ? ResponsesAnswers.Stream(this) : ResponsesAnswers.Body(this).ToJsonString(),
        "anthropic" => streaming ? AnthropicAnswers.Stream(this) : AnthropicAnswers.Body(this).ToJsonString(),
        _ => streaming ? GeminiAnswers.Stream(this) : GeminiAnswers.Body(this).ToJsonString(),
    };

    public static string Event(JsonNode data, string? type = null) => (type is null ? string.Empty : $"event: {type}\n") + $"data: {data.ToJsonString()}\n\n";
}
