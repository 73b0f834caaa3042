using Microsoft.Extensions.AI;
using Sira.Models;
using Sira.Requests;
using Sira.Session.Context;
using Sira.Session.Errors;
using Sira.Session.Memory;
using Sira.Session.Turns;
using Sira.Storage.Errors;

namespace Sira.Session.Chat;

/// <summary>One turn of a session, from what the user says to what is kept of the answer. The same for answers in one piece and in pieces.</summary>
internal sealed class SessionTurnRun
{
    // What is lost now is lost: a store that hiccups is asked again, but a caller does not wait for ever.
    private const int StoreAttempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan KeepTimeout = TimeSpan.FromSeconds(15);

    private readonly SessionChatServices services;
    private readonly SessionKey key;
    private readonly MemoryOwner owner;
    private readonly ISession session;
    private readonly SessionTurn turn;
    private readonly int said;

    private SessionTurnRun(SessionChatServices services, SessionKey key, MemoryOwner owner, ISession session, SessionTurn turn, int said, SessionContext context, ChatOptions options)
    {
        (this.services, this.key, this.owner, this.session, this.turn, this.said) = (services, key, owner, session, turn, said);
        (Context, Options) = (context, options);
        Messages = [.. context.Messages.Select(static message => message.Clone())];
    }

    /// <summary>Gets what is sent and why.</summary>
    public SessionContext Context { get; }

    /// <summary>Gets the messages to send.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>Gets the options to send: without the id, which is ours.</summary>
    public ChatOptions Options { get; }

    /// <summary>Opens the session, builds the context, and appends what the user says.</summary>
    public static async ValueTask<SessionTurnRun> StartAsync(SessionChatServices services, SessionKey key, IEnumerable<ChatMessage> messages, ChatOptions? options, IContextWindowSource? windows, CancellationToken cancellationToken)
    {
        var all = messages.ToArray();
        var said = Array.FindAll(all, static message => message.Role != ChatRole.System);
        var pinned = Array.FindAll(all, static message => message.Role == ChatRole.System);
        var user = RequestContext.Find(options)?.User;
        var session = await services.Sessions.OpenOrCreateAsync(key, new NewSession { User = user }, cancellationToken).ConfigureAwait(false);
        if (session.Info.User is not null && user is null)
        {
            throw new SessionNotFoundException(key, $"There is no session '{key}' for a call that names no user: it belongs to one. Name that user in {nameof(RequestContext)}.{nameof(RequestContext.User)} of the call.");
        }

        await ResumeAsync(session, cancellationToken).ConfigureAwait(false);
        var owner = new MemoryOwner(key.Tenant, session.Info.User);
        var own = ForInner(options, key, services);
        var memories = await services.RecallAsync(owner, key.Id, said, cancellationToken).ConfigureAwait(false);
        var budget = TurnBudget.Of(services.Options, own, windows?.Find(own) ?? default);
        for (var attempt = 1; ; attempt++)
        {
            // Built before it is appended: what does not fit is refused before it is in the log.
            var context = await services.Builder.BuildAsync(
                new ContextRequest(session.History, budget)
                {
                    NewMessages = said,
                    Pinned = pinned,
                    Options = options,
                    Family = services.Options.Sessions.TokenFamily,
                    Limits = services.Options.Limits,
                    Memories = memories,
                },
                cancellationToken).ConfigureAwait(false);
            try
            {
                var turn = await session.StartTurnAsync(said, cancellationToken).ConfigureAwait(false);
                services.Turns.Enter();
                return new SessionTurnRun(services, key, owner, session, turn, said.Length, context, own);
            }
            catch (SessionConflictException) when (attempt < services.Options.ConflictAttempts)
            {
                await session.RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Keeps a whole answer.</summary>
    /// <exception cref="TurnNotKeptException">It could not be kept.</exception>
    public async ValueTask CompleteAsync(ChatResponse response)
    {
        response.ConversationId = key.Id;
        (response.AdditionalProperties ??= [])[SessionContextExtensions.PropertyName] = Context;
        try
        {
            await KeepAsync([.. response.Messages], Completed(response)).ConfigureAwait(false);
            services.Background.Enqueue(key, owner, turn.Version, Context.Budget);
        }
        catch (Exception exception) when (exception is StorageException or SessionException or OperationCanceledException)
        {
            throw new TurnNotKeptException(key, $"The model has answered, and the answer is not in the session '{key}': {exception.Message} It is in {nameof(TurnNotKeptException)}.{nameof(TurnNotKeptException.Response)}.", response, exception);
        }
        finally
        {
            services.Turns.Exit();
        }
    }

    /// <summary>Keeps what there is of an answer that broke off, or that its reader has left. Never throws: the reason is what the caller must see.</summary>
    public async ValueTask LeaveAsync(ChatResponse answer, Exception? exception, bool isCancelled)
    {
        try
        {
            if (exception is null && answer.FinishReason is { } reason && reason != ChatFinishReason.ToolCalls)
            {
                // Whoever stops at the finish reason has read the whole answer.
                await KeepAsync([.. answer.Messages], Completed(answer)).ConfigureAwait(false);
                services.Background.Enqueue(key, owner, turn.Version, Context.Budget);
                return;
            }

            var outcome = exception is null || isCancelled ? TurnOutcome.Cancelled : TurnOutcome.Failed;
            await KeepAsync(PartialAnswer.Of(answer.Messages), new TurnEnd(outcome) { Error = exception?.GetType().Name }).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is StorageException or SessionException or OperationCanceledException)
        {
            services.Log.TurnEndNotKept(failed, key.Id);
        }
        finally
        {
            services.Turns.Exit();
        }
    }

    private static TurnEnd Completed(ChatResponse response) => new(TurnOutcome.Completed) { FinishReason = response.FinishReason, Usage = response.Usage, Model = response.ModelId };

    // Several turns may want to resume it at once.
    private static async ValueTask ResumeAsync(ISession session, CancellationToken cancellationToken)
    {
        while (session.Lifecycle is SessionLifecycle.Archived)
        {
            try
            {
                await session.ResumeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SessionConflictException)
            {
                await session.RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static SiraChatOptions ForInner(ChatOptions? options, SessionKey key, SessionChatServices services)
    {
        var own = new SiraChatOptions(options) { ConversationId = null };

        // The turns of a session stay at one target where the route knows affinity: that is where the provider's cache is warm.
        if (RequestContext.Find(own) is null)
        {
            own.Request = new RequestContext(services.Time.GetTimestamp()) { Tenant = key.Tenant, AffinityKey = key.Id };
        }

        return own;
    }

    // Not with the caller's token: who gives up after the model has answered still has said what was said.
    private async ValueTask KeepAsync(IReadOnlyList<ChatMessage> messages, TurnEnd end)
    {
        using var source = new CancellationTokenSource(KeepTimeout, services.Time);
        var pause = FirstPause;
        for (var failures = 0; ;)
        {
            try
            {
                await session.EndTurnAsync(turn, messages, end, source.Token).ConfigureAwait(false);
                return;
            }
            catch (SessionConflictException)
            {
                // Each time another one's append was made, so this ends; and an answer that was paid for is not given up for it.
                await session.RefreshAsync(source.Token).ConfigureAwait(false);
                ThrowIfRewound();
            }
            catch (SessionStateException) when (session.Lifecycle is SessionLifecycle.Archived)
            {
                await ResumeAsync(session, source.Token).ConfigureAwait(false);
            }
            catch (StorageException exception) when ((exception.IsTransient || exception.IsUncertain) && ++failures < StoreAttempts)
            {
                await Task.Delay(pause, services.Time, source.Token).ConfigureAwait(false);
                pause *= 4;
                if (await IsKeptAsync(source.Token).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
    }

    // A write that failed may have been made all the same.
    private async ValueTask<bool> IsKeptAsync(CancellationToken cancellationToken)
    {
        try
        {
            await session.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception) when (exception.IsTransient)
        {
            return false;
        }

        return MessagesOfTurn() > said;
    }

    // An answer to what is not there any more would be an answer to something else.
    private void ThrowIfRewound()
    {
        if (said > 0 && MessagesOfTurn() == 0)
        {
            throw new SessionStateException(key, session.Lifecycle, $"The session '{key}' was rewound to before this turn while it was answered.");
        }
    }

    private int MessagesOfTurn()
    {
        var (messages, count) = (session.History.Messages, 0);
        for (var i = messages.Count - 1; i >= 0 && messages[i].Header.Version >= turn.Version; i--)
        {
            count += messages[i].Header.Turn == turn.Version ? 1 : 0;
        }

        return count;
    }
}
