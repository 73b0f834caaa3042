using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Sira.Testing;

/// <summary>A chat client that plays a script: each call takes the next step, whole or as a stream, and is recorded. A call beyond the script fails.</summary>
public sealed class ScriptedChatClient : IChatClient
{
    private readonly Queue<Func<ScriptedCall, IAsyncEnumerable<ChatResponseUpdate>>> steps = new();
    private readonly List<ScriptedCall> calls = [];

    /// <summary>The calls received so far.</summary>
    public IReadOnlyList<ScriptedCall> Calls => calls;

    /// <summary>The streams that were begun and not disposed.</summary>
    public int OpenStreams { get; private set; }

    /// <summary>How often the client was disposed.</summary>
    public int Disposals { get; private set; }

    /// <summary>The steps that no call has taken yet.</summary>
    public int StepsLeft => steps.Count;

    /// <summary>Answers with one assistant message; the finish reason follows from the contents.</summary>
    public ScriptedChatClient Reply(params AIContent[] contents) => Reply(_ => new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
    {
        FinishReason = contents.Any(content => content is FunctionCallContent) ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
    });

    /// <summary>Answers with text.</summary>
    public ScriptedChatClient Reply(string text) => Reply(new TextContent(text));

    /// <summary>Answers with a whole response, which a streaming call gets content by content.</summary>
    public ScriptedChatClient Reply(ChatResponse response) => Reply(_ => response);

    /// <summary>Answers with what the callback makes of the call.</summary>
    public ScriptedChatClient Reply(Func<ScriptedCall, ChatResponse> respond) => Stream(call => Split(respond(call)));

    /// <summary>Answers with what the callback makes of the call in its own time.</summary>
    public ScriptedChatClient Reply(Func<ScriptedCall, Task<ChatResponse>> respond) => Stream(call => SplitAsync(respond(call)));

    /// <summary>Fails.</summary>
    public ScriptedChatClient Throw(Exception exception) => Reply(ChatResponse (_) => throw exception);

    /// <summary>Answers with these updates, one by one.</summary>
    public ScriptedChatClient Stream(params ChatResponseUpdate[] updates) => Stream(_ => updates.ToAsyncEnumerable());

    /// <summary>Answers with the callback's stream; a unary call gets it put together.</summary>
    public ScriptedChatClient Stream(Func<ScriptedCall, IAsyncEnumerable<ChatResponseUpdate>> respond)
    {
        steps.Enqueue(respond);
        return this;
    }

    /// <inheritdoc />
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        PlayAsync(messages, options, false, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        PlayAsync(messages, options, true, cancellationToken);

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc />
    public void Dispose() => Disposals++;

    private static async IAsyncEnumerable<ChatResponseUpdate> SplitAsync(Task<ChatResponse> response)
    {
        await foreach (var update in Split(await response))
        {
            yield return update;
        }
    }

    /// <summary>Makes a stream as providers do: a content at a time, the role only at first, usage and finish reason last.</summary>
    private static IAsyncEnumerable<ChatResponseUpdate> Split(ChatResponse response)
    {
        var updates = new List<ChatResponseUpdate>();
        foreach (var message in response.Messages)
        {
            for (var i = 0; i < message.Contents.Count; i++)
            {
                updates.Add(new ChatResponseUpdate(i == 0 ? message.Role : null, [message.Contents[i]]) { MessageId = message.MessageId, AuthorName = message.AuthorName });
            }
        }

        updates.Add(new ChatResponseUpdate(null, response.Usage is null ? [] : [new UsageContent(response.Usage)])
        {
            // Without a message id: the properties of an update with one belong to the message and not to the response.
            FinishReason = response.FinishReason,
            AdditionalProperties = response.AdditionalProperties,
        });
        foreach (var update in updates)
        {
            update.ResponseId = response.ResponseId;
            update.ConversationId = response.ConversationId;
            update.ModelId = response.ModelId;
            update.CreatedAt = response.CreatedAt;
        }

        return updates.ToAsyncEnumerable();
    }

    private async IAsyncEnumerable<ChatResponseUpdate> PlayAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options,
        bool streaming,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = new ScriptedCall([.. messages], options, streaming, cancellationToken);
        Func<ScriptedCall, IAsyncEnumerable<ChatResponseUpdate>> step;
        lock (calls)
        {
            calls.Add(call);
            if (!steps.TryDequeue(out step!))
            {
                throw new InvalidOperationException($"The script has no step for call {calls.Count}.");
            }
        }

        OpenStreams++;
        try
        {
            await foreach (var update in step(call).WithCancellation(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return update;
            }
        }
        finally
        {
            OpenStreams--;
        }
    }
}
