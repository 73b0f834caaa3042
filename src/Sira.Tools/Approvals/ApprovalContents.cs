using Microsoft.Extensions.AI;
using Sira.Tools.Loop;

namespace Sira.Tools.Approvals;

/// <summary>Makes the contents that stand for a call in a response.</summary>
internal static class ApprovalContents
{
    /// <summary>Returns a call marked as answered, so that no outer loop runs it again.</summary>
    public static FunctionCallContent Mark(FunctionCallContent call)
    {
        if (call.InformationalOnly)
        {
            return call;
        }

        if (call.GetType() != typeof(FunctionCallContent))
        {
            // A subclass cannot be copied without losing what it adds.
            call.InformationalOnly = true;
            return call;
        }

        // A copy, because the call may belong to somebody else: a cache, or the caller's history.
        return new FunctionCallContent(call.CallId, call.Name, call.Arguments)
        {
            InformationalOnly = true,
            Exception = call.Exception,
            Annotations = call.Annotations,
            RawRepresentation = call.RawRepresentation,
            AdditionalProperties = call.AdditionalProperties,
        };
    }

    /// <summary>Returns the question whether a call may run.</summary>
    public static ToolApprovalRequestContent Request(ToolCall call, string requestId) => new(requestId, call.Content)
    {
#pragma warning disable MEAI001 // Lets a caller tell the calls that need approval from those that only wait with them.
        RequiresConfirmation = call.Kind == ToolKind.NeedsApproval,
#pragma warning restore MEAI001
        Annotations = call.Content.Annotations,
        AdditionalProperties = call.Content.AdditionalProperties,
    };
}
