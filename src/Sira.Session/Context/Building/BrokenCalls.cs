using Microsoft.Extensions.AI;
using Sira.Session.History;

namespace Sira.Session.Context.Building;

/// <summary>Finds the calls and results of a unit that have no other half.</summary>
internal static class BrokenCalls
{
    /// <summary>Returns the contents that are not to be sent.</summary>
    /// <param name="messages">The history.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="next">The new messages, whose results may belong to its calls.</param>
    public static HashSet<AIContent> Find(IReadOnlyList<SessionMessage> messages, in ContextUnit unit, IReadOnlyList<ChatMessage> next)
    {
        var broken = new HashSet<AIContent>(ReferenceEqualityComparer.Instance);
        var calls = new List<(string Id, AIContent Content, bool IsAnswered)>();
        var resulted = new HashSet<string>(StringComparer.Ordinal);
        for (var i = unit.First; i < unit.First + unit.Count; i++)
        {
            foreach (var content in messages[i].Message.Contents)
            {
                if (MessageCalls.CallOf(content) is { } call)
                {
                    calls.Add((call, content, false));
                    resulted.Remove(call);
                }
                else if (MessageCalls.ResultOf(content) is { } result)
                {
                    // An approved call has an approval and then a result; a second result is refused by providers.
                    var answered = Answer(calls, result);
                    var isSecond = content is not ToolResultContent || !resulted.Add(result);
                    if (answered is false || (answered is null && isSecond))
                    {
                        broken.Add(content);
                    }
                }
            }
        }

        if (unit.IsAnsweredNow)
        {
            AnswerBy(calls, next);
        }

        foreach (var (_, content, isAnswered) in calls)
        {
            if (!isAnswered)
            {
                broken.Add(content);
            }
        }

        return broken;
    }

    private static void AnswerBy(List<(string Id, AIContent Content, bool IsAnswered)> calls, IReadOnlyList<ChatMessage> next)
    {
        foreach (var message in next)
        {
            var goesOn = false;
            foreach (var content in message.Contents)
            {
                goesOn |= MessageCalls.ResultOf(content) is { } result && Answer(calls, result) is not false;
            }

            if (!goesOn)
            {
                return;
            }
        }
    }

    // As OpenCalls.Answer.
    private static bool? Answer(List<(string Id, AIContent Content, bool IsAnswered)> calls, string id)
    {
        var isKnown = false;
        for (var i = 0; i < calls.Count; i++)
        {
            if (!string.Equals(calls[i].Id, id, StringComparison.Ordinal))
            {
                continue;
            }

            if (!calls[i].IsAnswered)
            {
                calls[i] = calls[i] with { IsAnswered = true };
                return true;
            }

            isKnown = true;
        }

        return isKnown ? null : false;
    }
}
