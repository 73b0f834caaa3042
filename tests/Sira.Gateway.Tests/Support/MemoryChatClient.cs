using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.AI;

namespace Sira.Gateway.Tests.Support;

/// <summary>Streams the same update over and over, allocating nothing for a chunk. A chunk is ready, or is waited for until <see cref="Open"/> completes it on the same thread.</summary>
internal sealed class MemoryChatClient(int chunks, bool waits) : IChatClient, IValueTaskSource
{
    private static readonly ChatResponseUpdate Update = new(ChatRole.Assistant, "word ") { FinishReason = ChatFinishReason.Stop };
    private ManualResetValueTaskSourceCore<bool> core;
    private bool isWaiting;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "answer")) { FinishReason = ChatFinishReason.Stop });

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < chunks; i++)
        {
            if (waits)
            {
                core.Reset();
                isWaiting = true;
                await new ValueTask(this, core.Version).ConfigureAwait(false);
            }

            yield return Update;
        }
    }

    public void Open()
    {
        while (isWaiting)
        {
            isWaiting = false;
            core.SetResult(true);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    void IValueTaskSource.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
