using Microsoft.Extensions.AI;
using Sira.Session.History;
using Sira.Session.Memory;

namespace Sira.Session.Context.Building;

/// <summary>Makes of what was chosen the messages that are sent, and tells what they are. Only what is sent is read from its JSON.</summary>
internal sealed class ContextAssembler
{
    private readonly ContextPlan plan;
    private readonly List<SessionSummary> summaries;
    private readonly MessageWriter writer;
    private readonly List<ContextBlock> blocks = [];
    private readonly List<ContextOmission> omitted = [];
    private long tokens;

    private ContextAssembler(ContextPlan plan, List<SessionSummary> summaries)
    {
        (this.plan, this.summaries) = (plan, summaries);
        var count = plan.Request.Pinned.Count + plan.Next.Messages + 2;
        foreach (ref readonly var unit in plan.Layout.Units)
        {
            count += unit.IsSelected ? unit.Count : 0;
        }

        writer = new MessageWriter(plan.Request.Limits, count);
    }

    private IReadOnlyList<SessionMessage> History => plan.Request.History.Messages;

    /// <summary>Makes the context.</summary>
    /// <param name="plan">The plan, in which is marked what is sent.</param>
    /// <param name="summaries">The summaries that are sent, oldest first.</param>
    public static SessionContext Assemble(ContextPlan plan, List<SessionSummary> summaries)
    {
        var assembler = new ContextAssembler(plan, summaries);
        assembler.Add(plan.Request.Pinned, ContextBlockKind.Pinned, plan.PinnedTokens);
        assembler.AddSummaries();
        assembler.AddUnits();
        assembler.Add(plan.Request.NewMessages, ContextBlockKind.New, plan.NewTokens);
        assembler.AddOpening();
        return new SessionContext(assembler.writer.Messages, assembler.blocks, assembler.omitted, assembler.tokens, plan.Request.Budget.Tokens);
    }

    private void Add(IReadOnlyList<ChatMessage> messages, ContextBlockKind kind, long cost)
    {
        tokens += cost;
        if (messages.Count == 0)
        {
            return;
        }

        var first = writer.Add(messages[0]);
        var last = first;
        for (var i = 1; i < messages.Count; i++)
        {
            last = writer.Add(messages[i]);
        }

        blocks.Add(new ContextBlock(kind, ContextReason.Given, first, last, 0, 0, cost));
    }

    private void AddSummaries()
    {
        if (summaries.Count > 0)
        {
            var text = ContextTexts.Summaries(summaries);
            tokens += plan.Tokens(ChatRole.User, text);
            var index = writer.Add(new ChatMessage(ChatRole.User, text));
            foreach (var summary in summaries)
            {
                blocks.Add(new ContextBlock(ContextBlockKind.Summary, ContextReason.Summarised, index, index, summary.From, summary.To, summary.Tokens));
            }
        }

        foreach (var summary in SummaryCover.Valid(plan.Request.History))
        {
            if (summaries.Count > 0 && summary.To < summaries[0].From && summary.Level == 0)
            {
                omitted.Add(new ContextOmission(OmissionReason.SummaryNoRoom, summary.From, summary.To, 0, summary.Tokens));
            }
        }
    }

    private void AddUnits()
    {
        var units = plan.Layout.Units;
        var memoryAt = units.Length > 0 && units[^1].IsAnsweredNow ? units.Length - 1 : units.Length;
        var isRun = false;
        for (var i = 0; i <= units.Length; i++)
        {
            if (i == memoryAt)
            {
                isRun &= plan.Memories.Count == 0;
                AddMemories();
            }

            if (i < units.Length)
            {
                isRun = units[i].IsSelected ? AddUnit(units[i], isRun) : Omit(units[i]);
            }
        }
    }

    private bool AddUnit(in ContextUnit unit, bool isRun)
    {
        var broken = unit.IsBroken ? BrokenCalls.Find(History, unit, plan.Request.NewMessages) : null;
        var (first, last) = (-1, -1);
        for (var i = unit.First; i < unit.First + unit.Count; i++)
        {
            if (Read(History[i], broken) is { } message)
            {
                last = writer.Add(message);
                first = first < 0 ? last : first;
            }
        }

        if (first < 0)
        {
            return false;
        }

        tokens += unit.Tokens;
        var kind = unit.Reason is ContextReason.Pinned ? ContextBlockKind.Pinned : ContextBlockKind.Message;
        var (from, to) = (History[unit.First].Header.Version, History[unit.First + unit.Count - 1].Header.Version);
        if (isRun && blocks[^1] is var block && block.Kind == kind && block.Reason == unit.Reason)
        {
            blocks[^1] = block with { LastMessage = last, To = to, Tokens = block.Tokens + unit.Tokens };
        }
        else
        {
            blocks.Add(new ContextBlock(kind, unit.Reason, first, last, from, to, unit.Tokens));
        }

        return true;
    }

    private ChatMessage? Read(SessionMessage stored, HashSet<AIContent>? broken)
    {
        var message = stored.Message;
        var isMarked = stored.Header.IsPartial && plan.Options.PartialAnswers is PartialAnswers.Mark;
        if (broken is null && !isMarked)
        {
            return message;
        }

        var contents = new List<AIContent>(message.Contents.Count + 1);
        var hasSubstance = false;
        var hasCall = false;
        OmissionReason? reason = null;
        foreach (var content in message.Contents)
        {
            if (broken?.Contains(content) == true)
            {
                reason ??= MessageCalls.CallOf(content) is null ? OmissionReason.OrphanedResult : OmissionReason.UnansweredCall;
                continue;
            }

            contents.Add(content);
            hasSubstance |= MessageCalls.IsSubstance(content);
            hasCall |= MessageCalls.CallOf(content) is not null;
        }

        if (reason is { } cause || !hasSubstance)
        {
            var version = stored.Header.Version;
            omitted.Add(new ContextOmission(reason ?? OmissionReason.PartialAnswer, version, version, hasSubstance ? 0 : 1, hasSubstance ? 0 : stored.Header.Tokens));
        }

        if (!hasSubstance)
        {
            return null;
        }

        if (isMarked && !hasCall)
        {
            contents.Add(new TextContent(ContextTexts.CutOff));
        }

        var changed = message.Clone();
        changed.Contents = contents;
        return changed;
    }

    // Always false: what comes next stands apart from what came before.
    private bool Omit(in ContextUnit unit)
    {
        var (from, to) = (History[unit.First].Header.Version, History[unit.First + unit.Count - 1].Header.Version);
        var reason = unit.IsOrphan ? OmissionReason.OrphanedResult
            : unit.IsExcluded ? OmissionReason.PartialAnswer
            : IsSummarised(from, to) ? OmissionReason.Summarised
            : OmissionReason.NoRoom;
        if (omitted.Count > 0 && omitted[^1] is var last && last.Reason == reason && last.Messages > 0 && unit.First > 0 && last.To == History[unit.First - 1].Header.Version)
        {
            omitted[^1] = last with { To = to, Messages = last.Messages + unit.Count, Tokens = last.Tokens + unit.Tokens };
        }
        else
        {
            omitted.Add(new ContextOmission(reason, from, to, unit.Count, unit.Tokens));
        }

        return false;
    }

    private bool IsSummarised(long from, long to)
    {
        foreach (var summary in summaries)
        {
            if (summary.From <= from && to <= summary.To)
            {
                return true;
            }
        }

        return false;
    }

    private void AddMemories()
    {
        var sent = new List<MemoryMatch>(plan.Memories.Count);
        foreach (var match in plan.Request.Memories)
        {
            var reason = IsSent(match) ? OmissionReason.AlreadySent : OmissionReason.MemoryNoRoom;
            if (reason is OmissionReason.AlreadySent || !plan.Memories.Contains(match))
            {
                omitted.Add(new ContextOmission(reason, match.Item.Version, match.Item.Version, 0, 0, match.Item.SessionId));
            }
            else
            {
                sent.Add(match);
            }
        }

        if (sent.Count == 0)
        {
            return;
        }

        var text = ContextTexts.Memories(sent);
        tokens += plan.Tokens(ChatRole.User, text);
        var index = writer.Add(new ChatMessage(ChatRole.User, text));
        foreach (var match in sent)
        {
            var cost = plan.Estimator.Estimate(ContextTexts.Memory(match), plan.Request.Family);
            blocks.Add(new ContextBlock(ContextBlockKind.Memory, ContextReason.Remembered, index, index, match.Item.Version, match.Item.Version, cost, match.Item.SessionId));
        }
    }

    private bool IsSent(MemoryMatch match)
    {
        if (!string.Equals(match.Item.SessionId, plan.Request.History.SessionId, StringComparison.Ordinal))
        {
            return false;
        }

        var index = SummaryCover.IndexOf(History, match.Item.Version);
        foreach (ref readonly var unit in plan.Layout.Units)
        {
            if (unit.First <= index && index < unit.First + unit.Count)
            {
                return unit.IsSelected;
            }
        }

        return false;
    }

    private void AddOpening()
    {
        if (writer.Opening < 0)
        {
            return;
        }

        tokens += plan.OpeningTokens;
        var at = blocks.FindIndex(block => block.FirstMessage > writer.Opening);
        blocks.Insert(at < 0 ? blocks.Count : at, new ContextBlock(ContextBlockKind.Opening, ContextReason.UserFirst, writer.Opening, writer.Opening, 0, 0, plan.OpeningTokens));
    }
}
