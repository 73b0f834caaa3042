using Microsoft.Extensions.AI;
using Sira.Session.Context;

namespace Sira.Session.Tests.Context;

/// <summary>A conversation as bad as they come: cancelled turns, calls without results, results without calls, ids that come again, tools that the client runs, approvals, partial answers, marks, summaries.</summary>
internal sealed class RandomConversation
{
    private readonly Random random;
    private readonly Conversation conversation = new();
    private readonly List<ChatMessage> next = [];
    private readonly List<(long First, long Last)> turns = [];

    public RandomConversation(int seed)
    {
        random = new Random(seed);
        if (Chance(15))
        {
            conversation.Turn().Add(Text(ChatRole.Assistant));
        }

        var count = random.Next(12);
        for (var i = 0; i < count; i++)
        {
            var first = conversation.Version + 1;
            AddTurn();
            turns.Add((first, conversation.Version));
            if (Chance(5))
            {
                conversation.Version += random.Next(5);
            }
        }

        AddSummaries();
        AddNext();
    }

    public ContextRequest Request(long budget) => new(conversation.History, new ContextBudget(budget))
    {
        NewMessages = next,
        Pinned = Chance(50) ? [new ChatMessage(ChatRole.System, "Be brief.")] : [],
        Options = Chance(30) ? new ChatOptions { Instructions = "Answer in verse.", Tools = [AIFunctionFactory.Create(() => 1, "one", "Gives one.")] } : null,
        Limits = new ContextLimits { AlternatingRoles = Chance(30), UserFirst = Chance(50), MaximumMessages = Chance(20) ? 3 + random.Next(20) : null },
        Marks = conversation.Messages.Where(_ => Chance(4)).ToDictionary(message => message.Header.Version, _ => (MessageMark)random.Next(3)),
    };

    public long Budget() => random.Next(20, 1200);

    public ContextBuilderOptions Options() => new() { PartialAnswers = (PartialAnswers)random.Next(3), KeepShare = 0.3 + (random.NextDouble() * 0.7) };

    private bool Chance(int percent) => random.Next(100) < percent;

    private ChatMessage Text(ChatRole role) => new(role, $"«{conversation.Version + 1}» {Conversation.Words(random.Next(1, 40), random.Next(100))}");

    // Few ids, so that they come again.
    private string Id() => $"call_{random.Next(4)}";

    private void AddTurn()
    {
        conversation.Turn();
        if (!Chance(8))
        {
            conversation.Add(Text(Chance(4) ? ChatRole.System : ChatRole.User));
        }

        var steps = random.Next(3);
        for (var step = 0; step < steps; step++)
        {
            AddToolStep();
        }

        if (Chance(6))
        {
            conversation.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(Id(), "out of nowhere")]));
        }

        if (Chance(85))
        {
            conversation.Add(Text(ChatRole.Assistant), isPartial: Chance(8));
        }
    }

    private void AddToolStep()
    {
        var ids = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Id()).ToList();
        var contents = ids.Select(id => (AIContent)(Chance(10) ? new ToolApprovalRequestContent($"r{id}", new FunctionCallContent(id, "look")) : new FunctionCallContent(id, "look"))).ToList();
        if (Chance(30))
        {
            contents.Insert(0, new TextContent($"«{conversation.Version + 1}» let me see"));
        }

        conversation.Add(new ChatMessage(ChatRole.Assistant, contents), isPartial: Chance(5));
        foreach (var content in contents.Where(content => content is not TextContent && !Chance(12)))
        {
            if (content is ToolApprovalRequestContent request)
            {
                conversation.Add(new ChatMessage(ChatRole.User, [request.CreateResponse(approved: true)]));
                continue;
            }

            conversation.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(((FunctionCallContent)content).CallId, Conversation.Words(random.Next(60), 1))]));
            if (Chance(3))
            {
                conversation.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(((FunctionCallContent)content).CallId, "once more")]));
            }
        }
    }

    private void AddSummaries()
    {
        for (var i = 0; i + 1 < turns.Count && Chance(70); i += 2)
        {
            conversation.Summary(turns[i].First, turns[i + 1].Last, $"summary of {i} " + Conversation.Words(random.Next(20), i));
        }

        if (turns.Count > 4 && Chance(60))
        {
            conversation.Summary(turns[0].First, turns[3].Last, "coarse summary", level: 1);
        }

        if (Chance(10))
        {
            conversation.Summary(1, conversation.Version + 50, "of what was rewound");
        }
    }

    private void AddNext()
    {
        var last = conversation.Messages.Count > 0 ? conversation.Messages[^1].Message : null;
        if (last is not null && Chance(25))
        {
            // The client runs the tools itself, and says nothing more.
            conversation.Turn().Add(new ChatMessage(ChatRole.User, $"«{conversation.Version + 1}» look yourself"));
            conversation.Add(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call_1", "look"), new FunctionCallContent("call_2", "look")]));
            next.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "found")]));
            if (Chance(70))
            {
                next.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_2", "found too")]));
            }

            return;
        }

        next.Add(new ChatMessage(ChatRole.User, "«next» and now?"));
    }
}
