using Microsoft.Extensions.AI;
using Sira.Session.History;
using Sira.Session.Memory;
using Sira.Tokens;

namespace Sira.Session.Context.Building;

/// <summary>What must be sent, and how much room that leaves for what may be.</summary>
internal sealed class ContextPlan : IDisposable
{
    private ContextPlan(ContextRequest request, ContextBuilderOptions options, ITokenEstimator estimator, HistoryLayout layout) =>
        (Request, Options, Estimator, Layout) = (request, options, estimator, layout);

    public ContextRequest Request { get; }

    public ContextBuilderOptions Options { get; }

    public ITokenEstimator Estimator { get; }

    public HistoryLayout Layout { get; }

    /// <summary>What was found in the memory and fits.</summary>
    public List<MemoryMatch> Memories { get; } = [];

    public long PinnedTokens { get; private set; }

    public long OpeningTokens { get; private set; }

    public long MemoryTokens { get; private set; }

    /// <summary>The new messages, without what was remembered.</summary>
    public long NewTokens { get; private set; }

    /// <summary>What this turn adds behind the history.</summary>
    public ContextRoom Next { get; private set; }

    /// <summary>The room for what may be sent of the history, and for <see cref="Next"/>.</summary>
    public ContextRoom Room { get; private set; }

    private IReadOnlyList<SessionMessage> History => Request.History.Messages;

    /// <summary>Makes the plan of a request.</summary>
    /// <exception cref="SessionContextException">What must be sent does not fit, or is not whole.</exception>
    public static ContextPlan Create(ContextRequest request, ContextBuilderOptions options, ITokenEstimator estimator)
    {
        ArgumentNullException.ThrowIfNull(request);
        var plan = new ContextPlan(request, options, estimator, HistoryLayout.Read(request.History.Messages, request.NewMessages));
        plan.Count();
        return plan;
    }

    /// <summary>Returns how many tokens a text has as a message beside others.</summary>
    public long Tokens(ChatRole role, string text) => Estimator.Estimate([new ChatMessage(role, text)], null, Request.Family) - Estimator.Estimate([], null, Request.Family);

    /// <summary>Returns what a unit takes.</summary>
    public ContextRoom Size(in ContextUnit unit) => new(unit.Tokens, unit.Count);

    public void Dispose() => Layout.Dispose();

    private void Count()
    {
        // Each estimate of messages has what a request costs besides, which is wanted once.
        var request = Estimator.Estimate([], null, Request.Family);
        PinnedTokens = Estimator.Estimate(Request.Pinned, Request.Options, Request.Family);
        NewTokens = Estimator.Estimate(Request.NewMessages, null, Request.Family) - request;
        OpeningTokens = Request.Limits.UserFirst ? Tokens(ChatRole.User, ContextTexts.Opening) : 0;
        MarkUnits();
        var mandatory = default(ContextRoom);
        foreach (ref readonly var unit in Layout.Units)
        {
            mandatory += unit.IsMandatory ? Size(unit) : default;
        }

        var next = new ContextRoom(NewTokens, Request.NewMessages.Count);
        var all = new ContextRoom(Request.Budget.Tokens, Request.Limits.MaximumMessages ?? int.MaxValue);
        var fixedPart = new ContextRoom(PinnedTokens + OpeningTokens, Request.Pinned.Count + (Request.Limits.UserFirst ? 1 : 0));
        ThrowIfOver(all, fixedPart + mandatory + next, mandatory);
        Room = all - fixedPart - mandatory;
        AddMemories(Room - next);
        Next = next + new ContextRoom(MemoryTokens, Memories.Count > 0 ? 1 : 0);
    }

    private void MarkUnits()
    {
        var units = Layout.Units;
        var cutOff = Options.PartialAnswers is PartialAnswers.Mark ? Estimator.Estimate(ContextTexts.CutOff, Request.Family) : 0;
        for (var i = 0; i < units.Length; i++)
        {
            ref var unit = ref units[i];
            if (unit.IsAnsweredNow)
            {
                Require(ref unit, ContextReason.AnsweredNow);
            }
            else if (!unit.IsOrphan && IsPinned(unit))
            {
                Require(ref unit, ContextReason.Pinned);
            }

            unit.IsExcluded = unit.IsPartial && !unit.IsMandatory && Options.PartialAnswers is PartialAnswers.LeaveOut;
            unit.Tokens += unit.IsPartial ? cutOff * unit.Count : 0;
        }

        for (var i = 0; i < Request.NewMessages.Count; i++)
        {
            if (MessageCalls.IsUserMessage(Request.NewMessages[i]))
            {
                return;
            }
        }

        for (var i = units.Length - 1; i >= 0; i--)
        {
            if (units[i].Kind is ContextUnitKind.User && History[units[i].First].Header.Results.Count == 0)
            {
                Require(ref units[i], ContextReason.LastUserMessage);
                return;
            }
        }
    }

    private bool IsPinned(in ContextUnit unit)
    {
        if (Request.Marks.Count == 0)
        {
            return false;
        }

        for (var i = unit.First; i < unit.First + unit.Count; i++)
        {
            if (Request.Marks.TryGetValue(History[i].Header.Version, out var mark) && mark is MessageMark.Pinned)
            {
                return true;
            }
        }

        return false;
    }

    private static void Require(ref ContextUnit unit, ContextReason reason) => (unit.IsMandatory, unit.IsSelected, unit.Reason) = (true, true, reason);

    private void AddMemories(ContextRoom free)
    {
        if (Request.Memories.Count == 0 || free.Messages < 1)
        {
            return;
        }

        var share = Math.Min(free.Tokens, (long)(Request.Budget.Tokens * Options.MemoryShare));
        var used = Tokens(ChatRole.User, ContextTexts.Memories([]));
        foreach (var match in Request.Memories)
        {
            var tokens = Estimator.Estimate(ContextTexts.Memory(match), Request.Family) + 1;
            if (used + tokens <= share)
            {
                used += tokens;
                Memories.Add(match);
            }
        }

        MemoryTokens = Memories.Count > 0 ? used : 0;
    }

    private void ThrowIfOver(ContextRoom all, ContextRoom required, ContextRoom history)
    {
        if (required.Tokens > all.Tokens)
        {
            var budget = Request.Budget;
            throw new SessionContextException(
                SessionContextError.OverBudget,
                $"What must be sent has {required.Tokens} tokens, and {all.Tokens} may be (window {budget.Window}, less {budget.ReservedOutput} for the answer and {budget.Safety} for safety): instructions, tools and pinned messages {PinnedTokens + OpeningTokens}, new messages {NewTokens}, messages of the history that must be sent with them {history.Tokens}. Shorten the new messages or instructions, give fewer tools, take marks away, reserve less for the answer, or route to a model with a larger context.")
            {
                Required = required.Tokens,
                Allowed = all.Tokens,
            };
        }

        if (required.Messages > all.Messages)
        {
            throw new SessionContextException(
                SessionContextError.TooManyMessages,
                $"{required.Messages} messages must be sent, and the target takes {all.Messages}: {Request.Pinned.Count} pinned ones, {Request.NewMessages.Count} new ones, {history.Messages} of the history that must be sent with them. Send fewer, take marks away, or raise {nameof(ContextLimits)}.{nameof(ContextLimits.MaximumMessages)}.")
            {
                Required = required.Messages,
                Allowed = all.Messages,
            };
        }
    }
}
