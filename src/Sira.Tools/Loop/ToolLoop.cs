using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Requests;
using Sira.Tools.Approvals;
using Sira.Tools.Diagnostics;

namespace Sira.Tools.Loop;

/// <summary>The function-calling loop of one request: its history, its counters and every decision. What drives it only carries contents to and fro, whole or as a stream.</summary>
internal sealed class ToolLoop : IDisposable
{
    private readonly ToolLoopSettings settings;
    private readonly ToolSet tools;
    private readonly ToolExecutor executor;
    private readonly RequestContext request;
    private readonly LoopDeadline deadline;
    private readonly List<ChatMessage> transcript;
    private readonly List<ChatMessage> produced = [];
    private readonly UsageDetails usage = new();
    private bool hasUsage;
    private int rounds;
    private int calls;
    private int failedRounds;
    private ToolLoopLimit? limit;

    public ToolLoop(ToolLoopSettings settings, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        this.settings = settings;
        transcript = [.. messages];
        request = RequestContext.Find(options) ?? new RequestContext(settings.Time.GetTimestamp());
        tools = new ToolSet(options?.Tools, settings.Tools, settings.UnknownTools);
        executor = new ToolExecutor(new ToolInvoker(settings, tools, request), settings.MaxConcurrency);
        deadline = new LoopDeadline(settings.MaxDuration, request, settings.Time, cancellationToken);
        Options = RequestOptions.Copy(options, request, settings.OfferTools ? settings.Tools : []);
        Messages = transcript;
    }

    /// <summary>Gets what the next model call is sent.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; private set; }

    /// <summary>Gets the options of the next model call.</summary>
    public ChatOptions Options { get; private set; }

    /// <summary>Gets whether there is no further model call to make.</summary>
    public bool Finished { get; private set; }

    /// <summary>Gets the limit that made the model answer without tools, if one did.</summary>
    public ToolLoopLimit? Limit => limit;

    /// <summary>Gets the token of everything that the loop starts.</summary>
    public CancellationToken Token => deadline.Token;

    /// <summary>Gets whether a cancellation comes from the loop's time and not from the caller.</summary>
    public bool IsOverdue => deadline.HasPassed;

    /// <summary>Answers the calls that were approved or rejected before this request.</summary>
    /// <returns>The messages that the caller has to be given first.</returns>
    public async ValueTask<IReadOnlyList<ChatMessage>> StartAsync()
    {
        Token.ThrowIfCancellationRequested();
        if (!ApprovalHistory.IsIn(transcript))
        {
            Messages = [.. transcript];
            return [];
        }

        var history = ApprovalHistory.Take(transcript, Options.ConversationId is not null);
        var answered = history.Answered;
        if (answered.Count > 0)
        {
            var approved = answered.Where(call => call.Approved).Select(call => Approved(call.Call)).ToList();
            var outcomes = await RunAsync(approved).ConfigureAwait(true);
            var results = new List<AIContent>(answered.Count);
            var next = 0;
            foreach (var call in answered)
            {
                results.Add(call.Approved ? outcomes[next++].Result : ToolErrors.Rejected(call.Call, call.Reason).Result);
            }

            produced.Add(new ChatMessage(ChatRole.Assistant, [.. answered.Select(call => call.Call)]));
            produced.Add(new ChatMessage(ChatRole.Tool, results));
            transcript.Insert(history.InsertAt, produced[1]);
            CountErrors(outcomes);
            Prepare(Options.ConversationId);
        }

        Messages = [.. transcript];
        return [.. produced];
    }

    /// <summary>Begins an answer of the model.</summary>
    public ToolRound BeginRound()
    {
        Token.ThrowIfCancellationRequested();
        return new ToolRound(tools);
    }

    /// <summary>Takes the model's answer, whose contents the round has rewritten, and runs what is to run.</summary>
    /// <param name="round">The round.</param>
    /// <param name="response">The answer, for what stands beside its messages.</param>
    /// <param name="messages">The rewritten messages.</param>
    /// <returns>The results, or <see langword="null"/> when nothing was run.</returns>
    public async ValueTask<ChatMessage?> EndRoundAsync(ToolRound round, ChatResponse response, IList<ChatMessage> messages)
    {
        produced.AddRange(messages);
        transcript.AddRange(messages);
        if (response.Usage is { } billed)
        {
            hasUsage = true;
            usage.Add(billed);
        }

        var run = round.ToRun();
        Finished = run.Count == 0 || round.EndsLoop;
        if (run.Count == 0)
        {
            return null;
        }

        ThrowIfOverLimit(run.Count);
        var outcomes = await RunAsync(run).ConfigureAwait(true);
        var results = new ChatMessage(ChatRole.Tool, Array.ConvertAll<CallOutcome, AIContent>(outcomes, static outcome => outcome.Result));
        produced.Add(results);
        transcript.Add(results);
        rounds++;
        CountErrors(outcomes);
        if (!Finished)
        {
            LimitRounds();
            Prepare(response.ConversationId);
            Messages = response.ConversationId is null ? [.. transcript] : [results];
        }

        return results;
    }

    /// <summary>Makes the response of the whole loop from its last one.</summary>
    public ChatResponse Complete(ChatResponse last)
    {
        if (produced.Count == last.Messages.Count && rounds == 0 && produced.SequenceEqual(last.Messages))
        {
            return last;
        }

        var whole = new ChatResponse(produced)
        {
            ResponseId = last.ResponseId,
            ConversationId = last.ConversationId,
            ModelId = last.ModelId,
            CreatedAt = last.CreatedAt,
            FinishReason = last.FinishReason,
            ContinuationToken = last.ContinuationToken,
            RawRepresentation = last.RawRepresentation,
            AdditionalProperties = last.AdditionalProperties?.Clone(),
            Usage = hasUsage ? usage : null,
        };
        if (limit is { } reached)
        {
            (whole.AdditionalProperties ??= [])[ToolLoopOptions.LimitPropertyName] = reached;
        }

        return whole;
    }

    /// <summary>Makes the exception of a loop whose time is over.</summary>
    public Exception Overdue(Exception cause) => deadline.IsBudget
        ? new RequestFailedException(
            RequestFailureKind.DeadlineExceeded,
            $"The request's budget of {request.Budget.MaxDuration} was used up in the function-calling loop, after {calls} tool calls in {rounds} rounds. Raise RequestBudget.MaxDuration, or use fewer or faster tools.",
            decision: null,
            cause) { PartialResponse = Partial() }
        : Failure(ToolLoopLimit.Duration, $"The function-calling loop took longer than MaxDuration ({settings.MaxDuration}), after {calls} tool calls in {rounds} rounds. Raise MaxDuration in UseTools, or use fewer or faster tools.", cause);

    /// <summary>Notes on an exception what the loop had produced, so that whoever keeps conversations knows which tools have run.</summary>
    /// <returns><see langword="false"/>, so that a filter leaves the exception alone.</returns>
    public bool Note(Exception exception)
    {
        if (produced.Count > 0)
        {
            exception.SetPartialResponse(Partial());
        }

        return false;
    }

    public void Dispose() => deadline.Dispose();

    private ToolCall Approved(FunctionCallContent call)
    {
        var classified = tools.Classify(call);

        // A name that is unknown by now cannot be left to the caller: it was the caller who sent it here.
        return classified is { Kind: ToolKind.CallerRuns, Function: null } ? classified with { Kind = ToolKind.Runnable } : classified;
    }

    private async ValueTask<CallOutcome[]> RunAsync(List<ToolCall> run)
    {
        var allowed = Math.Min(run.Count, settings.MaxCalls - calls);
        calls += allowed;
        if (allowed == run.Count)
        {
            return await executor.RunAsync(run, Token).ConfigureAwait(true);
        }

        Reach(ToolLoopLimit.Calls);
        var outcomes = await executor.RunAsync(run.GetRange(0, allowed), Token).ConfigureAwait(true);
        return [.. outcomes, .. run.Skip(allowed).Select(call => ToolErrors.BeyondLimit(call.Content, settings.MaxCalls))];
    }

    private void ThrowIfOverLimit(int wanted)
    {
        if (limit is { } reached)
        {
            throw Failure(reached, $"The model called a tool although it was told to answer without, because the limit on {reached} was reached ({rounds} rounds of {settings.MaxRounds}, {calls} calls of {settings.MaxCalls}). Raise MaxRounds or MaxCalls in UseTools.");
        }

        if (settings.LimitBehavior == ToolLimitBehavior.Throw)
        {
            if (rounds >= settings.MaxRounds)
            {
                throw Failure(ToolLoopLimit.Rounds, $"The model wanted more than MaxRounds ({settings.MaxRounds}) rounds of tool calls. Raise MaxRounds in UseTools, or let LimitBehavior make it answer without tools.");
            }

            if (calls + wanted > settings.MaxCalls)
            {
                throw Failure(ToolLoopLimit.Calls, $"The model wanted {calls + wanted} tool calls in one request; MaxCalls is {settings.MaxCalls}. Raise MaxCalls in UseTools, or let LimitBehavior make it answer without tools.");
            }
        }
    }

    private void CountErrors(CallOutcome[] outcomes)
    {
        if (Array.Exists(outcomes, static outcome => outcome.Status == CallStatus.Succeeded))
        {
            failedRounds = 0;
        }
        else if (Array.FindLast(outcomes, static outcome => outcome.Status == CallStatus.Failed) is { Result: { } last } && ++failedRounds > settings.MaxConsecutiveErrors)
        {
            throw Failure(
                ToolLoopLimit.ConsecutiveErrors,
                $"In {failedRounds} rounds in a row no tool call succeeded; MaxConsecutiveErrors is {settings.MaxConsecutiveErrors}. The last error is the inner exception. Mend the tool, or raise MaxConsecutiveErrors in UseTools.",
                last.Exception);
        }
    }

    private void LimitRounds()
    {
        if (rounds >= settings.MaxRounds && settings.LimitBehavior == ToolLimitBehavior.AnswerWithoutTools)
        {
            Reach(ToolLoopLimit.Rounds);
        }
    }

    private void Reach(ToolLoopLimit reached)
    {
        if (limit is null)
        {
            limit = reached;
            ToolLog.LimitReached(settings.Logger, reached, rounds, calls);
        }
    }

    private void Prepare(string? conversationId)
    {
        Options = Options.Clone();
        Options.ConversationId = conversationId;
        Options.ContinuationToken = null;

        // A demand for a call is met by the first round; kept, it would never let the model answer.
        // Tools stay in the options when the model may not call them: some providers refuse a history with calls otherwise.
        Options.ToolMode = limit is not null ? ChatToolMode.None : Options.ToolMode is RequiredChatToolMode ? ChatToolMode.Auto : Options.ToolMode;
    }

    private ToolLoopException Failure(ToolLoopLimit reached, string message, Exception? cause = null) => new(reached, message, Partial(), cause);

    private ChatResponse Partial() => new([.. produced]) { Usage = hasUsage ? usage : null };
}
