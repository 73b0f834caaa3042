using Microsoft.Extensions.AI;

namespace Sira.Tools.Approvals;

/// <summary>A request for approval in a history and the response to it; either may be missing, since the provider or the caller may keep only one.</summary>
internal sealed class ApprovalQuestion
{
    public ApprovalQuestion(ToolApprovalRequestContent request, int index) => (Request, RequestIndex, RequestId) = (request, index, request.RequestId);

    public ApprovalQuestion(string requestId) => (RequestId, RequestIndex) = (requestId, -1);

    public string RequestId { get; }

    public ToolApprovalRequestContent? Request { get; }

    /// <summary>Gets the index of the message that holds the request, or -1.</summary>
    public int RequestIndex { get; }

    public ToolApprovalResponseContent? Response { get; private set; }

    /// <summary>Gets the index of the message that holds the response.</summary>
    public int? ResponseIndex { get; private set; }

    /// <summary>Gets or sets whether the call takes the request's place again.</summary>
    public bool Restore { get; set; }

    /// <summary>Gets the call. The response's counts, because it is what was approved: somebody may have mended the arguments.</summary>
    public FunctionCallContent Call => (FunctionCallContent)(Response?.ToolCall ?? Request!.ToolCall);

    public void Answer(ToolApprovalResponseContent response, int index)
    {
        var given = (FunctionCallContent)response.ToolCall;
        if (Request?.ToolCall is FunctionCallContent asked && (asked.CallId != given.CallId || asked.Name != given.Name))
        {
            throw new InvalidOperationException(
                $"The approval response '{RequestId}' is for the call '{given.CallId}' of '{given.Name}', but the request asked about the call '{asked.CallId}' of '{asked.Name}'. Make responses with CreateResponse of their request.");
        }

        (Response, ResponseIndex) = (response, index);
    }
}
