using System.Buffers;

namespace Sira.Kernel.Messaging.Envelopes;

/// <summary>Turns messages of one type into bytes and back.</summary>
/// <typeparam name="T">The type of message.</typeparam>
/// <remarks>Implementations are thread-safe. What an earlier version of the application wrote must stay readable, since a journal outlives it.</remarks>
public interface IMessageSerializer<T>
{
    /// <summary>Writes a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Where the bytes go.</param>
    void Serialize(T message, IBufferWriter<byte> output);

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">What <see cref="Serialize"/> wrote.</param>
    /// <returns>The message.</returns>
    T Deserialize(ReadOnlySpan<byte> bytes);
}
