using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Tools.Approvals;

namespace Sira.Tools.Loop;

/// <summary>The calls of one answer of the model, and what becomes of each: run, asked about, or left to the caller. Filled message by message or update by update.</summary>
/// <remarks>All contents are first observed, then rewritten, in the same order.</remarks>
internal sealed class ToolRound(ToolSet tools)
{
    private readonly List<ToolCall> calls = [];
    private HashSet<string>? answered;
    private HashSet<string>? requestIds;
    private int rewritten;

    /// <summary>Gets whether a call needs approval. All calls of the round that would run then wait with it, as Microsoft.Extensions.AI has it: the model asked for them together.</summary>
    public bool NeedsApproval { get; private set; }

    /// <summary>Gets whether there is a call whose fate a later one may still change.</summary>
    public bool IsUndecided => calls.Count > 0 && tools.MayNeedApproval && !NeedsApproval;

    /// <summary>Gets whether the loop ends with this round, because somebody else has to answer a call of it.</summary>
    public bool EndsLoop
    {
        get
        {
            foreach (var call in calls)
            {
                if (!IsAnswered(call) && (!call.IsOurs || Waits(call)))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Takes note of the calls and results among contents.</summary>
    public void Observe(IList<AIContent> contents)
    {
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is FunctionCallContent { InformationalOnly: false } content)
            {
                var call = tools.Classify(content);
                NeedsApproval |= call.Kind == ToolKind.NeedsApproval;
                calls.Add(call);
            }
            else if (contents[i] is FunctionResultContent result)
            {
                // An inner client that runs tools itself but does not mark its calls: running them again would be worse than the missing mark.
                (answered ??= new HashSet<string>(StringComparer.Ordinal)).Add(result.CallId);
            }
        }
    }

    /// <summary>Marks the calls that the loop answers, and puts approval requests in the place of those that wait.</summary>
    /// <returns>The same list when nothing changes, else a new one; the contents given are never changed.</returns>
    public IList<AIContent> Rewrite(IList<AIContent> contents)
    {
        List<AIContent>? copy = null;
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is FunctionCallContent { InformationalOnly: false })
            {
                var call = calls[rewritten++];
                if (call.IsOurs)
                {
                    (copy ??= [.. contents])[i] = Waits(call)
                        ? ApprovalContents.Request(call, RequestId(call.Content.CallId))
                        : ApprovalContents.Mark(call.Content);
                }
            }
        }

        return copy is null ? contents : copy;
    }

    /// <summary>Returns the calls that the loop answers now.</summary>
    public List<ToolCall> ToRun()
    {
        var run = new List<ToolCall>(calls.Count);
        foreach (var call in calls)
        {
            if (call.IsOurs && !Waits(call) && !IsAnswered(call))
            {
                run.Add(call);
            }
        }

        return run;
    }

    private bool Waits(ToolCall call) => NeedsApproval && call.WouldRun && !IsAnswered(call);

    private bool IsAnswered(ToolCall call) => answered?.Contains(call.Content.CallId) is true;

    // Providers reuse ids, and some clients leave them empty; an answer must still find its request.
    private string RequestId(string callId)
    {
        requestIds ??= new HashSet<string>(StringComparer.Ordinal);
        var id = $"sira_{callId}";
        for (var n = 2; !requestIds.Add(id); n++)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"sira_{callId}_{n}");
        }

        return id;
    }
}
