using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Support;

/// <summary>A model that takes its time: so long until the first token, so long for each further one. Never errs and has any number of answers.</summary>
internal sealed class TimedChatClient : IChatClient
{
    public VirtualTimeProvider Clock { get; set; } = null!;

    public double FirstTokenMilliseconds { get; set; } = 500;

    public double TokenMilliseconds { get; set; } = 10;

    /// <summary>The length of the answer to the call of this number.</summary>
    public Func<int, int> OutputTokens { get; set; } = static _ => 100;

    public int InputTokens { get; set; } = 1000;

    public int CachedTokens { get; set; }

    public bool ReportsUsage { get; set; } = true;

    /// <summary>Whether it refuses in a way that says nothing of its health.</summary>
    public bool Refuses { get; set; }

    public int Calls { get; private set; }

    public int Streams { get; private set; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        var tokens = OutputTokens(Calls++);
        await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(FirstTokenMilliseconds + (TokenMilliseconds * (tokens - 1))), Clock, cancellationToken);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, new string('x', tokens * 4))) { FinishReason = ChatFinishReason.Stop, Usage = Usage(tokens) };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Streams++;
        var tokens = OutputTokens(Calls++);
        await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(FirstTokenMilliseconds), Clock, cancellationToken);
        yield return new ChatResponseUpdate(ChatRole.Assistant, "xxxx");
        await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(TokenMilliseconds * (tokens - 1)), Clock, cancellationToken);
        yield return new ChatResponseUpdate(null, new string('x', (tokens - 1) * 4));
        yield return new ChatResponseUpdate(null, Usage(tokens) is { } usage ? [new UsageContent(usage)] : []) { FinishReason = ChatFinishReason.Stop };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private void ThrowIfRefused()
    {
        if (Refuses)
        {
            throw Scripted.Error(BackendErrorKind.ModelNotFound);
        }
    }

    private UsageDetails? Usage(int tokens) => ReportsUsage
        ? new UsageDetails { InputTokenCount = InputTokens, CachedInputTokenCount = CachedTokens, OutputTokenCount = tokens, TotalTokenCount = InputTokens + tokens }
        : null;
}
