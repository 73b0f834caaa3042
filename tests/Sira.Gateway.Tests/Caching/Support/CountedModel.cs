using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Kernel.Time;

namespace Sira.Gateway.Tests.Caching.Support;

/// <summary>A model that takes its time, counts its calls and gives each a different answer.</summary>
internal sealed class CountedModel(TimeProvider clock) : IChatClient
{
    /// <summary>The calls that were begun.</summary>
    public int Calls { get; private set; }

    /// <summary>The calls that are under way now.</summary>
    public int Running { get; private set; }

    /// <summary>The calls that were cancelled or left early.</summary>
    public int Ended { get; private set; }

    /// <summary>How long a call takes, or each part of a stream.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Makes the answer of the n-th call.</summary>
    public Func<int, ChatResponse> Answer { get; set; } = static number => Text($"answer {number}");

    public static ChatResponse Text(string text) => new(new ChatMessage(ChatRole.Assistant, text) { MessageId = "message" })
    {
        ResponseId = "response",
        ModelId = "m",
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = 3, OutputTokenCount = 5, TotalTokenCount = 8 },
    };

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var number = ++Calls;
        Running++;
        try
        {
            await WaitAsync(cancellationToken);
            return Answer(number);
        }
        catch (OperationCanceledException)
        {
            Ended++;
            throw;
        }
        finally
        {
            Running--;
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = ++Calls;
        Running++;
        var whole = false;
        try
        {
            var response = Answer(number);
            foreach (var message in response.Messages)
            {
                foreach (var content in message.Contents)
                {
                    foreach (var part in Cut(content))
                    {
                        await WaitAsync(cancellationToken);
                        yield return new ChatResponseUpdate(message.Role, [part]) { MessageId = message.MessageId, ResponseId = response.ResponseId, ModelId = response.ModelId };
                    }
                }
            }

            yield return new ChatResponseUpdate(null, response.Usage is null ? [] : [new UsageContent(response.Usage)])
            {
                FinishReason = response.FinishReason,
                ResponseId = response.ResponseId,
                ModelId = response.ModelId,
                ContinuationToken = response.ContinuationToken,
                ConversationId = response.ConversationId,
                AdditionalProperties = response.AdditionalProperties,
            };
            whole = true;
        }
        finally
        {
            Running--;
            Ended += whole ? 0 : 1;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    // Word by word.
    private static IEnumerable<AIContent> Cut(AIContent content) =>
        content is TextContent { Annotations: null, AdditionalProperties: null } text ? text.Text.Split(' ').Select((word, at) => (AIContent)new TextContent(at == 0 ? word : " " + word)) : [content];

    private Task WaitAsync(CancellationToken cancellationToken) => Delay == TimeSpan.Zero ? Task.CompletedTask : InlineDelay.WaitAsync(Delay, clock, cancellationToken);
}
