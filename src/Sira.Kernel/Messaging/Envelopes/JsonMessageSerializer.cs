using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sira.Kernel.Messaging.Envelopes;

/// <summary>Messages as JSON, by source-generated metadata.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <param name="type">The metadata, such as <c>OrderContext.Default.OrderPlaced</c>.</param>
public sealed class JsonMessageSerializer<T>(JsonTypeInfo<T> type) : IMessageSerializer<T>
{
    /// <inheritdoc />
    public void Serialize(T message, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, message, type);
    }

    /// <inheritdoc />
    /// <exception cref="JsonException">The bytes are not JSON of this type.</exception>
    public T Deserialize(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException($"The message is null, but a {typeof(T).Name} is expected.");
}
