using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>The tools of one request by name. Those of the request come before the configured ones, the first of a name before the others.</summary>
internal sealed class ToolSet
{
    private readonly Dictionary<string, AITool> byName = new(StringComparer.Ordinal);
    private readonly UnknownToolBehavior unknown;

    public ToolSet(IList<AITool>? requested, IReadOnlyList<AITool> configured, UnknownToolBehavior unknown)
    {
        this.unknown = unknown;
        if (requested is not null)
        {
            for (var i = 0; i < requested.Count; i++)
            {
                Add(requested[i]);
            }
        }

        for (var i = 0; i < configured.Count; i++)
        {
            Add(configured[i]);
        }
    }

    /// <summary>Gets whether any tool needs approval, so that a round is not decided before its last call is known.</summary>
    public bool MayNeedApproval { get; private set; }

    /// <summary>Gets the names, for the answer to a call of an unknown tool.</summary>
    public string Names => byName.Count == 0 ? "none" : string.Join(", ", byName.Keys);

    /// <summary>Says who answers a call.</summary>
    public ToolCall Classify(FunctionCallContent call)
    {
        if (!byName.TryGetValue(call.Name, out var tool))
        {
            return new ToolCall(call, unknown == UnknownToolBehavior.LeaveToCaller ? ToolKind.CallerRuns : ToolKind.Unknown, null);
        }

        if (tool is not AIFunction function)
        {
            return new ToolCall(call, ToolKind.CallerRuns, null);
        }

        // Arguments that cannot be read are the model's to mend; nobody is asked to approve them.
        return new ToolCall(call, NeedsApproval(tool) && call.Exception is null ? ToolKind.NeedsApproval : ToolKind.Runnable, function);
    }

    private static bool NeedsApproval(AITool tool) => tool.GetService<ApprovalRequiredAIFunction>() is not null;

    private void Add(AITool tool)
    {
        if (byName.TryAdd(tool.Name, tool) && NeedsApproval(tool))
        {
            MayNeedApproval = true;
        }
    }
}
