using Microsoft.Extensions.AI;

namespace Sira.Testing;

/// <summary>A chat client that is nothing but two callbacks, so that a test can break every rule of the contract.</summary>
/// <param name="respond">Answers whole; <see langword="null"/> fails.</param>
/// <param name="stream">Answers as a stream; <see langword="null"/> fails.</param>
public sealed class DelegateChatClient(
    Func<ChatOptions?, CancellationToken, Task<ChatResponse>>? respond = null,
    Func<ChatOptions?, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>? stream = null) : IChatClient
{
    private int calls;

    /// <summary>The calls received so far.</summary>
    public int Calls => Volatile.Read(ref calls);

    /// <inheritdoc />
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref calls);
        return (respond ?? throw new NotSupportedException("This client only streams."))(options, cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref calls);
        return (stream ?? throw new NotSupportedException("This client does not stream."))(options, cancellationToken);
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
