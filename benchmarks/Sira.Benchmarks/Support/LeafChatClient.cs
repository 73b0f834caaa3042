using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Sira.Benchmarks.Support;

/// <summary>The innermost client: answers from memory with fresh objects, as a real one does.</summary>
internal sealed class LeafChatClient(LeafMode mode, SameThreadGate gate, int chunks) : IChatClient
{
    private const string ModelId = "model";
    private const string Text = "A short answer.";

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        mode == LeafMode.Ready ? Task.FromResult(CreateResponse()) : WaitAndRespondAsync();

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 1; i <= chunks; i++)
        {
            if (mode == LeafMode.Suspended)
            {
                await gate.WaitAsync().ConfigureAwait(false);
            }
            else if (mode == LeafMode.Yielding)
            {
                await Task.Yield();
            }

            yield return new ChatResponseUpdate(ChatRole.Assistant, "word ")
            {
                ModelId = ModelId,
                FinishReason = i == chunks ? ChatFinishReason.Stop : null,
            };
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private async Task<ChatResponse> WaitAndRespondAsync()
    {
        if (mode == LeafMode.Suspended)
        {
            await gate.WaitAsync().ConfigureAwait(false);
        }
        else
        {
            await Task.Yield();
        }

        return CreateResponse();
    }

    private static ChatResponse CreateResponse() => new(new ChatMessage(ChatRole.Assistant, Text))
    {
        ModelId = ModelId,
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = 12, OutputTokenCount = 5, TotalTokenCount = 17 },
    };
}
