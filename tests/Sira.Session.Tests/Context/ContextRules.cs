using Microsoft.Extensions.AI;
using Sira.Session.Context;
using Sira.Tokens;

namespace Sira.Session.Tests.Context;

/// <summary>What must hold of every context, looked at from outside: the way a provider would.</summary>
internal static class ContextRules
{
    public static IEnumerable<string> Broken(ContextRequest request, SessionContext context)
    {
        var messages = context.Messages;
        var real = TokenEstimator.Instance.Estimate(messages, request.Options, null);
        if (real > request.Budget.Tokens || context.Tokens > request.Budget.Tokens)
        {
            yield return $"{real} tokens, said to be {context.Tokens}, over {request.Budget.Tokens}";
        }

        if (real > context.Tokens)
        {
            yield return $"{real} tokens, said to be only {context.Tokens}";
        }

        if (messages.Count > (request.Limits.MaximumMessages ?? int.MaxValue))
        {
            yield return $"{messages.Count} messages";
        }

        foreach (var orphan in Orphans(messages))
        {
            yield return orphan;
        }

        var expected = LastUser(request);
        if (expected is not null && !messages.Any(message => message.Text.Contains(expected, StringComparison.Ordinal)))
        {
            yield return $"the last user message '{expected}' is missing";
        }

        var order = messages.SelectMany(message => message.Contents).OfType<TextContent>().Where(text => text.Text.StartsWith('«')).Select(text => Number(text.Text)).ToList();
        if (!order.SequenceEqual(order.Order()))
        {
            yield return "out of order: " + string.Join(',', order);
        }

        if (request.Limits.UserFirst && messages.FirstOrDefault(message => message.Role != ChatRole.System) is { } first && first.Role != ChatRole.User)
        {
            yield return $"begins with {first.Role}";
        }

        for (var i = 1; i < messages.Count && request.Limits.AlternatingRoles; i++)
        {
            if (messages[i].Role == messages[i - 1].Role && messages[i].Role != ChatRole.Tool && messages[i].Role != ChatRole.System)
            {
                yield return $"two of {messages[i].Role} at {i}";
            }
        }

        foreach (var gap in Provenance(request, context))
        {
            yield return gap;
        }
    }

    /// <summary>Every call is answered right behind it, and once; every result has its call right before it.</summary>
    private static IEnumerable<string> Orphans(IReadOnlyList<ChatMessage> messages)
    {
        var open = new List<string>();
        var known = new HashSet<string>();
        for (var i = 0; i < messages.Count; i++)
        {
            var results = messages[i].Contents.Select(Conversation.ResultOf).OfType<string>().ToList();
            var calls = messages[i].Contents.Select(Conversation.CallOf).OfType<string>().ToList();
            if (results.Count == 0)
            {
                foreach (var id in open)
                {
                    yield return $"call {id} before message {i} has no result";
                }

                open.Clear();
                known.Clear();
            }

            foreach (var id in results)
            {
                if (!open.Remove(id) && !known.Contains(id))
                {
                    yield return $"result {id} in message {i} has no call";
                }
            }

            open.AddRange(calls);
            known.UnionWith(calls);
            if (calls.Count == 0 && messages[i].Contents.Count == 0)
            {
                yield return $"message {i} is empty";
            }
        }

        foreach (var id in open)
        {
            yield return $"call {id} at the end has no result";
        }
    }

    private static string? LastUser(ContextRequest request)
    {
        var all = request.History.Messages.Select(message => message.Message).Concat(request.NewMessages);
        return all.LastOrDefault(message => message.Role == ChatRole.User && message.Text.Length > 0)?.Text;
    }

    private static long Number(string text) => text.StartsWith("«next»", StringComparison.Ordinal) ? long.MaxValue : long.Parse(text[1..text.IndexOf('»', StringComparison.Ordinal)]);

    /// <summary>Each message of the history is in a block or in an omission, and not in two blocks.</summary>
    private static IEnumerable<string> Provenance(ContextRequest request, SessionContext context)
    {
        foreach (var version in request.History.Messages.Select(message => message.Header.Version))
        {
            var sent = context.Blocks.Count(block => block.Kind is ContextBlockKind.Message or ContextBlockKind.Pinned && block.From <= version && version <= block.To);
            var omitted = context.Omitted.Count(item => item.Messages > 0 && item.From <= version && version <= item.To);
            if (sent + omitted == 0 || sent > 1)
            {
                yield return $"message {version} is in {sent} blocks and {omitted} omissions";
            }
        }
    }
}
