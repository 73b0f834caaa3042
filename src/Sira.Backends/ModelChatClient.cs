using Microsoft.Extensions.AI;

namespace Sira.Backends;

/// <summary>Asks a client for one model, whatever the options say. Does not own the client.</summary>
internal sealed class ModelChatClient(IChatClient inner, string? modelId) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.GetResponseAsync(messages, Bind(options), cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.GetStreamingResponseAsync(messages, Bind(options), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType, serviceKey);
    }

    public void Dispose()
    {
    }

    private ChatOptions? Bind(ChatOptions? options)
    {
        if (options?.ModelId == modelId)
        {
            return options;
        }

        var bound = options?.Clone() ?? new ChatOptions();
        bound.ModelId = modelId;
        return bound;
    }
}
