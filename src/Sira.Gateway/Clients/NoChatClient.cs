using Microsoft.Extensions.AI;

namespace Sira.Gateway.Clients;

/// <summary>What a stage is put around when only its making is tried.</summary>
internal sealed class NoChatClient : IChatClient
{
    private const string Message = "A stage must not call the next one while it is being made.";

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new InvalidOperationException(Message);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new InvalidOperationException(Message);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
