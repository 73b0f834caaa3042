using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Models;
using Sira.Requests;

namespace Sira.Session.Chat;

/// <summary>Gives calls with a <see cref="ChatOptions.ConversationId"/> their history, and keeps what is said. Calls without one go through untouched.</summary>
/// <remarks>
/// <para>A call sends what is new only: the messages of this turn, and system messages, which are sent each time and not kept. The session is that of the id and of the request's tenant, and is created where there is none.</para>
/// <para>What the user says is in the log before a model is asked, the answer when the call returns or its stream has ended. An answer that breaks off is kept as far as it has come, marked as partial, and without tool calls that have no result.</para>
/// </remarks>
internal sealed class SessionChatClient(IChatClient innerClient, Func<SessionChatServices> services) : DelegatingChatClient(innerClient)
{
    internal const string StageName = "sessions";

    private readonly Lazy<SessionChatServices> services = new(services);

    private IContextWindowSource? Windows => InnerClient.GetService(typeof(IContextWindowSource)) as IContextWindowSource;

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Find(options) is { } key ? AnswerAsync(key, messages, options, cancellationToken) : base.GetResponseAsync(messages, options, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Find(options) is { } key ? StreamAsync(key, messages, options, cancellationToken) : base.GetStreamingResponseAsync(messages, options, cancellationToken);
    }

    private static SessionKey? Find(ChatOptions? options) =>
        options?.ConversationId is { Length: > 0 } id ? new SessionKey(id, RequestContext.Find(options)?.Tenant) : AmbientSession.Current;

    private async Task<ChatResponse> AnswerAsync(SessionKey key, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var run = await SessionTurnRun.StartAsync(services.Value, key, messages, options, Windows, cancellationToken).ConfigureAwait(false);
        ChatResponse response;
        try
        {
            response = await InnerClient.GetResponseAsync(run.Messages, run.Options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await run.LeaveAsync(exception.GetPartialResponse() ?? new ChatResponse(), exception, cancellationToken.IsCancellationRequested).ConfigureAwait(false);
            throw;
        }

        await run.CompleteAsync(response).ConfigureAwait(false);
        return response;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(SessionKey key, IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = await SessionTurnRun.StartAsync(services.Value, key, messages, options, Windows, cancellationToken).ConfigureAwait(false);
        var updates = new List<ChatResponseUpdate>();
        var isEnded = false;
        Exception? failure = null;
        try
        {
            var enumerator = InnerClient.GetStreamingResponseAsync(run.Messages, run.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (enumerator.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (!await enumerator.MoveNextAsync().ConfigureAwait(false))
                        {
                            break;
                        }
                    }
                    catch (Exception exception)
                    {
                        failure = exception;
                        throw;
                    }

                    var update = enumerator.Current;
                    if (update.IsRestart())
                    {
                        updates.Clear();
                    }
                    else
                    {
                        updates.Add(update);
                    }

                    // A copy: the tool loop below collects the same objects, and would take our id for a provider's that has the history.
                    var told = update.Clone();
                    told.ConversationId = key.Id;
                    yield return told;
                }
            }

            isEnded = true;
        }
        finally
        {
            // Also of a reader who stops reading.
            if (!isEnded)
            {
                await run.LeaveAsync(updates.ToChatResponse(), failure, cancellationToken.IsCancellationRequested).ConfigureAwait(false);
            }
        }

        var response = updates.ToChatResponse();
        await run.CompleteAsync(response).ConfigureAwait(false);
        yield return new ChatResponseUpdate { ConversationId = key.Id, ResponseId = response.ResponseId, AdditionalProperties = new() { [SessionContextExtensions.PropertyName] = run.Context } };
    }
}
