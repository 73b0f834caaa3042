using Microsoft.Extensions.AI;

namespace Sira.Tools.Approvals;

/// <summary>Finds the approvals in a history and turns it into one that a model can read: calls and results only.</summary>
/// <remarks>
/// An answered request becomes its call again, in its old place, so that the reasoning before it stays with it; requests and responses of earlier turns,
/// whose call and result follow in the history, are dropped. Approvals of tools that a provider runs itself are not touched.
/// </remarks>
internal sealed class ApprovalHistory
{
    private readonly List<ChatMessage> messages;
    private readonly bool providerKeepsHistory;
    private readonly List<ApprovalQuestion> questions = [];
    private readonly Dictionary<string, int> lastCall = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> lastResult = new(StringComparer.Ordinal);

    private ApprovalHistory(List<ChatMessage> messages, bool providerKeepsHistory) => (this.messages, this.providerKeepsHistory) = (messages, providerKeepsHistory);

    /// <summary>Gets the calls to run or to refuse now, in the model's order.</summary>
    public List<AnsweredCall> Answered { get; } = [];

    /// <summary>Gets where their results belong.</summary>
    public int InsertAt { get; private set; }

    /// <summary>Says whether there is anything to do.</summary>
    public static bool IsIn(IReadOnlyList<ChatMessage> messages)
    {
        // By index, since every request passes here and an enumerator behind an interface is an allocation.
        for (var i = 0; i < messages.Count; i++)
        {
            var contents = messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                if (contents[j] is ToolApprovalRequestContent { ToolCall: FunctionCallContent } or ToolApprovalResponseContent { ToolCall: FunctionCallContent })
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Takes the approvals out of a history.</summary>
    /// <param name="messages">The history; the list is changed, its messages are not.</param>
    /// <param name="providerKeepsHistory">Whether the provider has the calls already.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InvalidOperationException">A request has no response, or a response is for another call than its request.</exception>
    public static ApprovalHistory Take(List<ChatMessage> messages, bool providerKeepsHistory)
    {
        var history = new ApprovalHistory(messages, providerKeepsHistory);
        history.Read();
        history.ThrowIfUnanswered();
        history.Rewrite();
        return history;
    }

    private void Read()
    {
        for (var i = 0; i < messages.Count; i++)
        {
            foreach (var content in messages[i].Contents)
            {
                switch (content)
                {
                    case ToolApprovalRequestContent { ToolCall: FunctionCallContent } request:
                        questions.Add(new ApprovalQuestion(request, i));
                        break;
                    case ToolApprovalResponseContent { ToolCall: FunctionCallContent } response:
                        Answer(response, i);
                        break;
                    case FunctionCallContent call:
                        lastCall[call.CallId] = i;
                        break;
                    case FunctionResultContent result:
                        lastResult[result.CallId] = i;
                        break;
                }
            }
        }
    }

    private void Answer(ToolApprovalResponseContent response, int index)
    {
        // The newest question of an id is the one that is answered; a later answer replaces an earlier one, so that none runs twice.
        var question = questions.FindLast(candidate => candidate.RequestId == response.RequestId);
        if (question is null)
        {
            question = new ApprovalQuestion(response.RequestId);
            questions.Add(question);
        }

        question.Answer(response, index);
    }

    private bool IsDone(ApprovalQuestion question) =>
        lastResult.TryGetValue(question.Call.CallId, out var result) && result > (question.ResponseIndex ?? question.RequestIndex);

    private void ThrowIfUnanswered()
    {
        var open = questions.Where(question => question.Response is null && !IsDone(question)).Select(question => question.RequestId).ToList();
        if (open.Count > 0)
        {
            throw new InvalidOperationException(
                $"The messages hold approval requests without a response: '{string.Join("', '", open)}'. Add the ToolApprovalResponseContent that CreateResponse makes for each, approved or not, before the next request.");
        }
    }

    private void Rewrite()
    {
        List<AIContent>? unplaced = null;
        foreach (var question in questions)
        {
            var done = IsDone(question);
            if (!done && question.Response is { } response)
            {
                Answered.Add(new AnsweredCall(ApprovalContents.Mark(question.Call), response.Approved, response.Reason));
            }

            // A call that follows in the history stands there for itself.
            question.Restore = !providerKeepsHistory && question.Request is not null
                && !(done && lastCall.TryGetValue(question.Call.CallId, out var call) && call > question.RequestIndex);
            if (!done && question.Request is null && !providerKeepsHistory)
            {
                (unplaced ??= []).Add(ApprovalContents.Mark(question.Call));
            }
        }

        var last = questions.Where(question => question.Response is not null && !IsDone(question)).Select(question => question.ResponseIndex ?? -1).DefaultIfEmpty(-1).Max();
        var rewritten = new List<ChatMessage>(messages.Count + 2);
        for (var i = 0; i < messages.Count; i++)
        {
            if (i == last)
            {
                Insert(rewritten, unplaced);
            }

            if (Rewrite(messages[i]) is { } message)
            {
                rewritten.Add(message);
            }
        }

        messages.Clear();
        messages.AddRange(rewritten);
    }

    private void Insert(List<ChatMessage> rewritten, List<AIContent>? unplaced)
    {
        if (unplaced is not null)
        {
            rewritten.Add(new ChatMessage(ChatRole.Assistant, unplaced));
        }

        InsertAt = rewritten.Count;
    }

    private ChatMessage? Rewrite(ChatMessage message)
    {
        List<AIContent>? contents = null;
        for (var i = 0; i < message.Contents.Count; i++)
        {
            switch (message.Contents[i])
            {
                case ToolApprovalRequestContent { ToolCall: FunctionCallContent } request:
                    contents ??= [.. message.Contents.Take(i)];
                    if (questions.Find(question => ReferenceEquals(question.Request, request)) is { Restore: true } restored)
                    {
                        contents.Add(ApprovalContents.Mark(restored.Call));
                    }

                    break;
                case ToolApprovalResponseContent { ToolCall: FunctionCallContent }:
                    contents ??= [.. message.Contents.Take(i)];
                    break;
                case var other:
                    contents?.Add(other);
                    break;
            }
        }

        if (contents is null)
        {
            return message;
        }

        if (contents.Count == 0)
        {
            return null;
        }

        var clone = message.Clone();
        clone.Contents = contents;
        return clone;
    }
}
