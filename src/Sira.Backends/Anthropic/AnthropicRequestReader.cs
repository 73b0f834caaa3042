using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Anthropic.Requests;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.Anthropic;

/// <summary>Reads the body of a Messages API request back into messages and options.</summary>
/// <remarks>
/// Members and content blocks that Microsoft.Extensions.AI has no place for are kept: members in what <see cref="ChatOptions.RawRepresentationFactory"/> returns, blocks as the raw representation of a content,
/// tools as <see cref="AnthropicTool"/>. Thinking budgets and efforts are kept there too, and <see cref="ChatOptions.Reasoning"/> says what comes closest, for targets that speak another wire.
/// </remarks>
public static class AnthropicRequestReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">The body; what is returned stays valid when its document is disposed of.</param>
    /// <returns>The request.</returns>
    /// <exception cref="JsonException">The body is not a request of the Messages API; the message says what is wrong with it.</exception>
    public static ChatWireRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("The request must be an object.");
        }

        body = body.Clone();
        if (body.GetStringOrNull("model") is not { Length: > 0 } model)
        {
            throw new JsonException("model: must be a string that is not empty.");
        }

        if (!body.TryGet("messages", out var turns) || turns.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("messages: must be an array.");
        }

        try
        {
            return Read(body, model, turns);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            // Text that is JSON but no text, such as half a surrogate pair, and numbers that do not fit.
            throw new JsonException("The request holds a value that cannot be decoded: " + exception.Message, exception);
        }
    }

    private static ChatWireRequest Read(JsonElement body, string model, JsonElement turns)
    {
        var messages = new List<ChatMessage>(turns.GetArrayLength() + 1);
        if (body.TryGet("system", out var system))
        {
            messages.Add(new ChatMessage(ChatRole.System, AnthropicTurnReader.ReadContents(system, "system")));
        }

        var index = 0;
        foreach (var turn in turns.EnumerateArray())
        {
            AnthropicTurnReader.Read(turn, $"messages.{index++}", messages);
        }

        return new ChatWireRequest(model, messages, AnthropicOptionsReader.Read(body, model), body.GetBooleanOrNull("stream") is true);
    }
}
