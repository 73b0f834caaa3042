using System.Buffers;
using System.Text.Json.Serialization.Metadata;

namespace Sira.Kernel.Messaging.Envelopes;

/// <summary>How messages of one type are kept in a journal: a serializer and an envelope.</summary>
/// <typeparam name="T">The type of message.</typeparam>
public sealed class MessageCodec<T>
{
    private readonly IMessageSerializer<T> serializer;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="serializer">Turns messages into bytes.</param>
    /// <param name="options">What is done to the bytes.</param>
    public MessageCodec(IMessageSerializer<T> serializer, EnvelopeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        this.serializer = serializer;
        Envelope = new MessageEnvelope(options);
    }

    /// <summary>Initializes a new instance that writes JSON.</summary>
    /// <param name="type">The source-generated metadata of the type.</param>
    /// <param name="options">What is done to the bytes.</param>
    public MessageCodec(JsonTypeInfo<T> type, EnvelopeOptions? options = null)
        : this(new JsonMessageSerializer<T>(type), options)
    {
    }

    /// <summary>Gets the envelope.</summary>
    public MessageEnvelope Envelope { get; }

    internal byte[] Encode(T message, MessageMetadata metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        serializer.Serialize(message, buffer);
        return Envelope.Pack(buffer.WrittenSpan, Place(metadata));
    }

    internal T Decode(ReadOnlySpan<byte> payload, MessageMetadata metadata) => serializer.Deserialize(Envelope.Unpack(payload, Place(metadata)));

    // A message that was moved to another topic, or given another's id or key, by whoever can write to the journal does not open.
    private static string Place(MessageMetadata metadata) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{metadata.Topic.Length}:{metadata.Topic}{metadata.Id.Length}:{metadata.Id}{metadata.Key}");
}
