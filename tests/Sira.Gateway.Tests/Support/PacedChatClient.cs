using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Support;

/// <summary>A model whose calls take as long, and end, as a test says; counts what is under way at it.</summary>
internal sealed class PacedChatClient : IChatClient
{
    public VirtualTimeProvider Clock { get; set; } = null!;

    /// <summary>The milliseconds until the call of this number, from 0, answers or errs; for a stream, until its first token.</summary>
    public Func<int, double> Milliseconds { get; set; } = static _ => 100;

    /// <summary>What the call of this number ends with instead of an answer.</summary>
    public Func<int, Exception?> Failure { get; set; } = static _ => null;

    /// <summary>Whether it ignores that it is cancelled.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>What each call used; <see langword="null"/> says nothing of it.</summary>
    public UsageDetails? Usage { get; set; } = new() { InputTokenCount = 100, OutputTokenCount = 20, TotalTokenCount = 120 };

    public string Text { get; set; } = "hello";

    public int Calls { get; private set; }

    public int Cancelled { get; private set; }

    public int Open { get; private set; }

    public int MostOpen { get; private set; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var number = Begin();
        try
        {
            await WaitAsync(number, cancellationToken);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, Text)) { FinishReason = ChatFinishReason.Stop, Usage = Usage };
        }
        finally
        {
            Open--;
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = Begin();
        try
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, []);
            await WaitAsync(number, cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, Text);
            await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(1), Clock, cancellationToken);
            yield return new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop, Contents = Usage is null ? [] : [new UsageContent(Usage)] };
        }
        finally
        {
            Open--;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private int Begin()
    {
        MostOpen = Math.Max(MostOpen, ++Open);
        return Calls++;
    }

    private async Task WaitAsync(int number, CancellationToken cancellationToken)
    {
        try
        {
            await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(Milliseconds(number)), Clock, IsDeaf ? CancellationToken.None : cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled++;
            throw;
        }

        if (Failure(number) is { } failure)
        {
            throw failure;
        }
    }
}
