using Microsoft.Extensions.AI;
using Sira.Session.Context;

namespace Sira.Session.Tests.Context;

/// <summary>How much of each prompt is, message by message, the beginning of the prompt before it: what a provider reads from its cache.</summary>
public class PrefixStabilityTests
{
    private const int Turns = 200;

    [Theory]
    [InlineData(ContextBuilders.SlidingWindow, 0.85)]
    [InlineData(ContextBuilders.Summaries, 0.85)]
    [InlineData(ContextBuilders.Importance, 0.8)]
    public async Task BuildAsync_TwoHundredTurns_LeavesTheBeginningAlone(string name, double floor)
    {
        var stepped = await ShareAsync(ContextBuilders.Create(name));
        var naive = await ShareAsync(new SlidingWindowContextBuilder(new ContextBuilderOptions { KeepShare = 1 }));
        TestContext.Current.SendDiagnosticMessage($"{name}: {stepped:P1} of the tokens after the window has filled are an unchanged prefix; {naive:P1} where the window moves with each turn");
        Assert.True(stepped >= floor, $"{stepped:P1} is below {floor:P0}");
        Assert.True(naive < 0.2, $"{naive:P1}: the comparison does not overflow");
    }

    [Fact]
    public async Task BuildAsync_BetweenSteps_TheWindowBeginsWithTheSameMessage()
    {
        var starts = new List<long>();
        for (var turns = 1; turns <= Turns; turns++)
        {
            var context = await new SlidingWindowContextBuilder().BuildAsync(Request(turns));
            starts.Add(context.Blocks.FirstOrDefault(block => block.Kind is ContextBlockKind.Message).From);
        }

        var steps = starts.Zip(starts.Skip(1)).Count(pair => pair.First != pair.Second);
        Assert.InRange(steps, 5, Turns / 8);
        Assert.Equal(starts.Order(), starts);
    }

    private static async Task<double> ShareAsync(IContextBuilder builder)
    {
        var (same, all) = (0L, 0L);
        IReadOnlyList<ChatMessage> before = [];
        for (var turns = 0; turns < Turns; turns++)
        {
            var context = await builder.BuildAsync(Request(turns));
            if (context.Omitted.Count > 0)
            {
                var common = context.Messages.Zip(before).TakeWhile(pair => pair.First.Role == pair.Second.Role && pair.First.Text == pair.Second.Text).Sum(pair => (long)Conversation.Tokens(pair.First));
                (same, all) = (same + common, all + context.Messages.Sum(message => (long)Conversation.Tokens(message)));
            }

            before = context.Messages;
        }

        Assert.True(all > 0);
        return (double)same / all;
    }

    // Summaries come in the background: ten turns each, four turns behind.
    private static ContextRequest Request(int turns)
    {
        var conversation = Conversation.Plain(turns);
        for (var first = 0; first + 14 <= turns; first += 10)
        {
            conversation.Summary((first * 2) + 1, (first * 2) + 20, $"Turns {first} to {first + 9} were about questions and answers.");
        }

        return new ContextRequest(conversation.History, new ContextBudget(4000, 500, 100))
        {
            Pinned = [new ChatMessage(ChatRole.System, "Be brief.")],
            NewMessages = [new ChatMessage(ChatRole.User, $"question {turns + 1} " + Conversation.Words(10, turns + 1))],
        };
    }
}
