using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace GreetingPlugin;

/// <summary>Answers with a greeting, after as long as a near and quick model takes; throws without one.</summary>
internal sealed class GreetingClient(string? greeting) : IChatClient
{
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(3);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Thinking, cancellationToken);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, Answer(messages))) { FinishReason = ChatFinishReason.Stop };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Thinking, cancellationToken);
        yield return new ChatResponseUpdate(ChatRole.Assistant, Answer(messages)) { FinishReason = ChatFinishReason.Stop };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private string Answer(IEnumerable<ChatMessage> messages) => greeting is null ? throw new InvalidOperationException("I have no greeting.") : $"{greeting}, {messages.LastOrDefault()?.Text}.";
}
