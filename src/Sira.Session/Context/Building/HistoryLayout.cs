using System.Buffers;
using Microsoft.Extensions.AI;
using Sira.Session.History;

namespace Sira.Session.Context.Building;

/// <summary>A history cut into what can only be sent as a whole. Reads headers only.</summary>
/// <remarks>
/// A result belongs to a call when it stands right behind it, with nothing but other results between: providers refuse anything else. Ids count within these neighbours only, since some
/// providers number their calls anew in each turn. A group begins with a turn that begins with a user or system message; a turn that begins otherwise, as with results that the client
/// brought, goes on with the one before.
/// </remarks>
internal sealed class HistoryLayout : IDisposable
{
    private readonly IReadOnlyList<SessionMessage> messages;
    private readonly OpenCalls calls = new();
    private ContextUnit[] units;

    private HistoryLayout(IReadOnlyList<SessionMessage> messages) => (this.messages, units) = (messages, ArrayPool<ContextUnit>.Shared.Rent(messages.Count));

    /// <summary>Gets the units, in order.</summary>
    public Span<ContextUnit> Units => units.AsSpan(0, Count);

    public int Count { get; private set; }

    public int Groups { get; private set; }

    /// <summary>Reads a history.</summary>
    /// <param name="messages">The history.</param>
    /// <param name="next">What is said next.</param>
    /// <exception cref="SessionContextException">What is said next has a call or a result without its other half.</exception>
    public static HistoryLayout Read(IReadOnlyList<SessionMessage> messages, IReadOnlyList<ChatMessage> next)
    {
        var layout = new HistoryLayout(messages);
        for (var i = 0; i < messages.Count; i++)
        {
            layout.Read(i, messages[i].Header);
        }

        layout.ReadNext(next);
        return layout;
    }

    public void Dispose()
    {
        ArrayPool<ContextUnit>.Shared.Return(units);
        (units, Count) = ([], 0);
    }

    private void Read(int index, MessageHeader header)
    {
        if (header.Results.Count > 0 && Count > 0 && Join(header.Results))
        {
            ref var unit = ref units[Count - 1];
            (unit.Count, unit.Tokens) = (unit.Count + 1, unit.Tokens + header.Tokens);
            unit.IsPartial |= header.IsPartial;
            Open(header, ref unit, isFirst: false);
            return;
        }

        End();
        var begins = index == 0 || (header.Turn != messages[index - 1].Header.Turn && (header.Role == ChatRole.User || header.Role == ChatRole.System));
        Groups += begins ? 1 : 0;
        units[Count++] = new ContextUnit { First = index, Count = 1, Group = Groups - 1, Tokens = header.Tokens, IsPartial = header.IsPartial };
        ref var begun = ref units[Count - 1];
        Open(header, ref begun, isFirst: true);
        begun.Kind = header.Calls.Count > 0 || header.Role == ChatRole.Tool ? ContextUnitKind.Tool
            : header.Role == ChatRole.User ? ContextUnitKind.User
            : header.Role == ChatRole.System ? ContextUnitKind.System
            : ContextUnitKind.Assistant;
        begun.IsOrphan = header.Role == ChatRole.Tool && header.Calls.Count == 0;
    }

    // Whether one of the results answers a call of the neighbours before.
    private bool Join(IReadOnlyList<string> results)
    {
        var joins = false;
        var isBroken = false;
        for (var i = 0; i < results.Count; i++)
        {
            // An approved call has two answers, the approval and the result; of two results the second is cut out.
            var answered = calls.Answer(results[i]);
            joins |= answered != false;
            isBroken |= answered != true;
        }

        units[Count - 1].IsBroken |= joins && isBroken;
        return joins;
    }

    private void Open(MessageHeader header, ref ContextUnit unit, bool isFirst)
    {
        for (var i = 0; i < header.Calls.Count; i++)
        {
            calls.Add(header.Calls[i]);
        }

        for (var i = 0; isFirst && i < header.Results.Count; i++)
        {
            unit.IsBroken |= calls.Answer(header.Results[i]) != true;
        }
    }

    private void End()
    {
        if (Count > 0 && calls.HasUnanswered)
        {
            units[Count - 1].IsBroken = true;
        }

        calls.Clear();
    }

    private void ReadNext(IReadOnlyList<ChatMessage> next)
    {
        var isHistory = true;
        for (var i = 0; i < next.Count; i++)
        {
            var contents = next[i].Contents;
            var goesOn = false;
            for (var j = 0; j < contents.Count; j++)
            {
                if (MessageCalls.ResultOf(contents[j]) is { } answered && calls.Answer(answered) is not false)
                {
                    goesOn = true;
                    if (isHistory)
                    {
                        units[Count - 1].IsAnsweredNow = true;
                    }
                }
                else if (contents[j] is ToolResultContent result && !HasCall(contents, j, result.CallId))
                {
                    throw new SessionContextException(
                        SessionContextError.OrphanedResult,
                        $"New message {i + 1} of {next.Count} has the result of the tool call '{result.CallId}', which neither the message before it nor the end of the session's history makes. Send results right after their call, in the session that made it.");
                }
            }

            if (!goesOn)
            {
                EndNext(isHistory);
                isHistory = false;
            }

            for (var j = 0; j < contents.Count; j++)
            {
                if (MessageCalls.CallOf(contents[j]) is { } id)
                {
                    calls.Add(id);
                }
            }

            for (var j = 0; !goesOn && j < contents.Count; j++)
            {
                if (MessageCalls.ResultOf(contents[j]) is { } id)
                {
                    calls.Answer(id);
                }
            }
        }

        EndNext(isHistory);
    }

    private void EndNext(bool isHistory)
    {
        if (!isHistory && calls.FirstUnanswered is { } id)
        {
            throw new SessionContextException(SessionContextError.UnansweredCall, $"The new messages make the tool call '{id}' and do not have its result. Send the result right after it, or leave the call out.");
        }

        End();
    }

    // A tool that the provider runs itself has call and result in one message.
    private static bool HasCall(IList<AIContent> contents, int before, string id)
    {
        for (var i = 0; i < before; i++)
        {
            if (string.Equals(MessageCalls.CallOf(contents[i]), id, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
