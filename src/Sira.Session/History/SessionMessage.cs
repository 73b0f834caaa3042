using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace Sira.Session.History;

/// <summary>A message of a session. What it says is read from its JSON when somebody asks, so that a long history costs only what is used of it.</summary>
public sealed class SessionMessage
{
    private readonly ReadOnlyMemory<byte> json;
    private ChatMessage? message;

    /// <summary>Initializes a new instance of a message that was stored.</summary>
    /// <param name="header">What is known of it.</param>
    /// <param name="json">The message, as <see cref="AIJsonUtilities.DefaultOptions"/> writes it.</param>
    public SessionMessage(MessageHeader header, ReadOnlyMemory<byte> json)
    {
        ArgumentNullException.ThrowIfNull(header);
        (Header, this.json) = (header, json);
    }

    /// <summary>Initializes a new instance of a message at hand.</summary>
    /// <param name="header">What is known of it.</param>
    /// <param name="message">The message; must not change any more.</param>
    public SessionMessage(MessageHeader header, ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(message);
        (Header, this.message) = (header, message);
    }

    /// <summary>Gets what is known of it.</summary>
    public MessageHeader Header { get; }

    /// <summary>Gets how long the JSON is, in bytes; 0 for a message at hand.</summary>
    internal int Length => json.Length;

    /// <summary>Gets the message. Shared by all readers: not to be changed; <see cref="ChatMessage.Clone"/> gives one that can be.</summary>
    /// <exception cref="JsonException">What was stored is not a message.</exception>
    public ChatMessage Message => message ??= JsonSerializer.Deserialize(json.Span, TypeInfo) ?? throw new JsonException($"The message of version {Header.Version} is null.");

    private static JsonTypeInfo<ChatMessage> TypeInfo { get; } = (JsonTypeInfo<ChatMessage>)ContentJson.Options.GetTypeInfo(typeof(ChatMessage));
}
