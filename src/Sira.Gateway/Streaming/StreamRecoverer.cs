using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Attempts;
using Sira.Requests;

namespace Sira.Gateway.Streaming;

/// <summary>Goes on with an answer that broke off after part of it was delivered, by the policies of the route or request, one after another.</summary>
/// <remarks>
/// While there is a policy, usage is held back until the end, so that the consumer counts that of the attempt which ended the answer and not also what a broken one had reported.
/// What is delivered is the text of one attempt, a splice of attempts that said the same, a part and its continuation, or, after an update that says so, a new answer.
/// </remarks>
internal sealed class StreamRecoverer
{
    private readonly GatewayCall call;
    private readonly IReadOnlyList<ChatMessage> messages;
    private readonly ChatOptions? options;
    private readonly IReadOnlyList<StreamRecovery> policies;
    private readonly DeliveredAnswer delivered = new();
    private Attempt? attempt;
    private AnswerVerifier? verifier;
    private List<AIContent>? usage;
    private BackendException? brokenBy;
    private EchoFilter? echo;
    private string? trailingSpace;
    private int policy;
    private bool isRecovering;
    private bool restarts;
    private bool hasNotice;

    private StreamRecoverer(GatewayCall call, IReadOnlyList<ChatMessage> messages, ChatOptions? options, IReadOnlyList<StreamRecovery> policies)
    {
        (this.call, this.messages, this.options, this.policies) = (call, messages, options, policies);
        Messages = messages;
    }

    /// <summary>What the next attempt is asked.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; private set; }

    public bool HasDelivered => !delivered.IsEmpty;

    public bool HasDiverged { get; private set; }

    /// <summary>Whether nothing is delivered before the whole answer is there.</summary>
    public bool HoldsAll => delivered.IsEmpty && policies.Contains(StreamRecovery.Hold);

    /// <summary>Whether an answer may end here: not before everything that was delivered has been said again.</summary>
    public bool MayEnd => verifier is null or { IsCaughtUp: true };

    private StreamRecovery? Current => isRecovering ? policies[policy] : null;

    // The answer goes on as the same message, whoever writes the rest of it.
    private bool KeepsIdentity => Current is StreamRecovery.ResumeVerified or StreamRecovery.Continue;

    public static StreamRecoverer? Create(GatewayCall call, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var policies = call.Plan.StreamRecovery;
        return policies.Count == 0 ? null : new StreamRecoverer(call, messages, options, policies);
    }

    /// <summary>Prepares for the stream of another attempt.</summary>
    public void Begin(Attempt attempt)
    {
        (usage, HasDiverged) = (null, false);
        verifier = Current is StreamRecovery.ResumeVerified ? new AnswerVerifier(delivered) : null;
        restarts = Current is StreamRecovery.Restart;
        attempt.Facts.Recovery = Current;
        this.attempt = attempt;
    }

    /// <summary>Fits an update to what was delivered.</summary>
    /// <param name="update">The update; replaced by what is to be delivered of it.</param>
    /// <returns>Whether anything of it is to be delivered.</returns>
    public bool Pass(ref ChatResponseUpdate update)
    {
        var contents = WithoutUsage(update.Contents);
        if (verifier is { IsPast: false } && !TryVerify(update, ref contents) && !TryRestartWith(ref contents))
        {
            return false;
        }

        contents = echo?.Filter(contents, isLast: update.FinishReason is not null) ?? contents;
        if (trailingSpace is { Length: > 0 })
        {
            contents = WithoutTrailingSpace(contents);
        }

        if (!ReferenceEquals(contents, update.Contents))
        {
            if (contents.Count == 0 && update.FinishReason is null)
            {
                return false;
            }

            update = Copy(update, contents);
        }

        if (restarts)
        {
            // Only now, so that a new answer which never begins does not cost the consumer the part that it has.
            (restarts, hasNotice) = (false, true);
            delivered.Clear();
        }

        if (KeepsIdentity)
        {
            update.MessageId = delivered.MessageId ?? update.MessageId;
            update.ResponseId = delivered.ResponseId ?? update.ResponseId;
        }

        delivered.Add(update);
        return true;
    }

    /// <summary>Takes the update that tells the consumer to discard what it has, when that is due.</summary>
    public bool TryTakeNotice([MaybeNullWhen(false)] out ChatResponseUpdate notice)
    {
        notice = hasNotice ? StreamRestart.Create() : null;
        hasNotice = false;
        return notice is not null;
    }

    /// <summary>Adds to the last update what was held back for it.</summary>
    public void Complete(ChatResponseUpdate last)
    {
        last.ResponseId = KeepsIdentity ? delivered.ResponseId ?? last.ResponseId : last.ResponseId;
        echo?.Release(last.Contents);
        foreach (var content in usage ?? [])
        {
            last.Contents.Add(content);
        }
    }

    /// <summary>Decides how to go on after an attempt failed.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="failure">Why it failed.</param>
    /// <param name="brokeOff">Whether it had begun its answer.</param>
    /// <returns>How long to wait before the next attempt.</returns>
    /// <exception cref="RequestFailedException">There is no way to go on.</exception>
    public TimeSpan After(Attempt attempt, BackendException failure, bool brokeOff)
    {
        brokenBy ??= failure;
        if (failure.Kind is BackendErrorKind.ContentPolicy && !call.MayGoRoundRefusal(attempt))
        {
            throw Incomplete();
        }

        if (Current is StreamRecovery.Continue && failure.Kind.Action() is RetryAction.Surface)
        {
            // The target will not go on from a part. It may still answer anew.
            policy++;
            PrepareNextPolicy();
            return TimeSpan.Zero;
        }

        var delay = call.DecideRecovery(attempt, failure, brokeOff);
        PrepareNextPolicy();
        return delay;
    }

    /// <summary>Decides how to go on after an attempt said something else than what was delivered.</summary>
    /// <inheritdoc cref="After" path="/returns" />
    /// <inheritdoc cref="After" path="/exception" />
    public TimeSpan AfterDivergence()
    {
        policy++;
        PrepareNextPolicy();
        return TimeSpan.Zero;
    }

    public RequestFailedException Incomplete() => Failures.Incomplete(call.Decision, brokenBy!, delivered.ToResponse());

    private void PrepareNextPolicy()
    {
        isRecovering = true;
        for (; policy < policies.Count; policy++)
        {
            Messages = messages;
            (trailingSpace, echo) = (null, null);
            call.AllowOnly(static _ => true);
            if (policies[policy] switch
            {
                StreamRecovery.ResumeVerified => !delivered.HasOther,
                StreamRecovery.Continue => TryPrepareContinuation(),
                StreamRecovery.Restart => AcceptsRestart(),
                _ => false,
            })
            {
                return;
            }
        }

        throw Incomplete();
    }

    private bool AcceptsRestart() =>
        options is SiraChatOptions { AcceptsRestart: true } || (options?.AdditionalProperties?.TryGetValue(StreamRestart.PropertyName, out var accepts) == true && accepts is true);

    private bool TryPrepareContinuation()
    {
        var text = delivered.Text;
        var prefill = text.TrimEnd();
        if (prefill.Length == 0 || delivered.Calls.Count > 0 || delivered.HasOther
            || options?.Reasoning is { Effort: not (null or ReasoningEffort.None) }
            || (messages.Count > 0 && messages[^1].Role == ChatRole.Assistant)
            || !call.AllowOnly(static target => target.Model.AcceptsPrefill == true))
        {
            return false;
        }

        // Providers refuse a prefill that ends in white space; the continuation then begins with what was delivered of it.
        trailingSpace = text[prefill.Length..];
        echo = new EchoFilter(prefill);
        Messages = [.. messages, new ChatMessage(ChatRole.Assistant, prefill)];
        return true;
    }

    private bool TryVerify(ChatResponseUpdate update, ref IList<AIContent> contents)
    {
        var rest = new List<AIContent>();
        HasDiverged = !verifier!.TryAdvance(contents, isLast: update.FinishReason is not null, rest);
        contents = HasDiverged ? contents : rest;
        return !HasDiverged;
    }

    // The answer that says something else is a new answer already, and need not be asked for again.
    private bool TryRestartWith(ref IList<AIContent> contents)
    {
        if (policy + 1 >= policies.Count || policies[policy + 1] is not StreamRecovery.Restart || !AcceptsRestart() || verifier!.SwallowedText is not { } swallowed)
        {
            return false;
        }

        policy++;
        (HasDiverged, verifier, restarts) = (false, null, true);
        attempt!.Facts.Recovery = StreamRecovery.Restart;
        contents = [.. swallowed.Length == 0 ? Array.Empty<AIContent>() : [new TextContent(swallowed)], .. contents];
        return true;
    }

    private IList<AIContent> WithoutUsage(IList<AIContent> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is UsageContent)
            {
                (usage ??= []).AddRange(contents.OfType<UsageContent>());
                return [.. contents.Where(static content => content is not UsageContent)];
            }
        }

        return contents;
    }

    private IList<AIContent> WithoutTrailingSpace(IList<AIContent> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is TextContent { Text.Length: > 0 } part)
            {
                var repeated = part.Text.AsSpan().CommonPrefixLength(trailingSpace);
                trailingSpace = repeated == part.Text.Length ? trailingSpace![repeated..] : null;
                return repeated == 0 ? contents : [.. contents.Take(i), .. part.Text.Length > repeated ? [new TextContent(part.Text[repeated..])] : Array.Empty<AIContent>(), .. contents.Skip(i + 1)];
            }
        }

        return contents;
    }

    private static ChatResponseUpdate Copy(ChatResponseUpdate update, IList<AIContent> contents) => new()
    {
        AdditionalProperties = update.AdditionalProperties,
        AuthorName = update.AuthorName,
        Contents = contents,
        ContinuationToken = update.ContinuationToken,
        ConversationId = update.ConversationId,
        CreatedAt = update.CreatedAt,
        FinishReason = update.FinishReason,
        MessageId = update.MessageId,
        ModelId = update.ModelId,
        ResponseId = update.ResponseId,
        Role = update.Role,
    };
}
