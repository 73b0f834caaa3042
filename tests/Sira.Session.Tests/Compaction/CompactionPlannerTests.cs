using Sira.Kernel.Configuration;
using Sira.Session.Compaction;
using Sira.Session.Tests.Context;

namespace Sira.Session.Tests.Compaction;

public class CompactionPlannerTests
{
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("SIRA_SEEDS") ?? "2000");

    [Theory]
    [InlineData(9, null, null, null, 0)]
    [InlineData(13, 10, null, null, 0)]
    [InlineData(14, 10, null, null, 1)]
    [InlineData(10, null, 400L, null, 1)]
    [InlineData(10, null, 4000L, null, 0)]
    [InlineData(10, null, null, 1000L, 1)]
    [InlineData(10, null, null, 10_000L, 0)]
    public void Plan_Triggers_DecideWhetherThereIsSomethingToDo(int turns, int? triggerTurns, long? triggerTokens, long? budget, int expected)
    {
        var planner = new CompactionPlanner(new CompactionOptions { TriggerTurns = triggerTurns, TriggerTokens = triggerTokens });
        Assert.Equal(expected, planner.Plan(Conversation.Plain(turns).History, budget).Count);
    }

    [Fact]
    public void Plan_LongHistory_PartsAreWholeTurnsWithinTheBoundAndLeaveTheNewest()
    {
        var history = Conversation.Plain(50).History;
        var ranges = new CompactionPlanner(new CompactionOptions { TriggerTurns = 1, MaximumRangeTokens = 500, MaximumRanges = 100 }).Plan(history);
        Assert.Equal((1, 92), (ranges[0].From, ranges[^1].To));
        Assert.All(ranges, range => Assert.True(range.From % 2 == 1 && range.To % 2 == 0 && range.Tokens <= 500));
        Assert.Equal(ranges.Skip(1).Select(range => range.From), ranges.SkipLast(1).Select(range => range.To + 1));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Plan_AfterEachTurn_ASummaryIsMadeOfSoManyTurns(int trigger)
    {
        var planner = new CompactionPlanner(new CompactionOptions { TriggerTurns = trigger, TriggerShare = null });
        var conversation = new Conversation();
        var turns = new List<int>();
        for (var turn = 1; turn <= 4 + (3 * trigger) + 1; turn++)
        {
            conversation.User("question").Assistant("answer");
            foreach (var range in planner.Plan(conversation.History))
            {
                turns.Add(range.Messages / 2);
                conversation.Summary(range.From, range.To, "summary");
            }
        }

        Assert.Equal([trigger, trigger, trigger], turns);
    }

    [Fact]
    public void Plan_SummarisedParts_AreNotSummarisedAgain()
    {
        var history = Conversation.Plain(20).Summary(1, 12, "a").Summary(13, 20, "b").History;
        Assert.Equal(21, new CompactionPlanner(new CompactionOptions { TriggerTurns = 1 }).Plan(history)[0].From);
    }

    [Fact]
    public void Plan_AfterARewind_ASummaryBeyondItIsVoid()
    {
        var conversation = Conversation.Plain(20).Summary(1, 12, "a").Summary(13, 60, "of messages that were rewound");
        Assert.Equal(13, new CompactionPlanner(new CompactionOptions { TriggerTurns = 1 }).Plan(conversation.History)[0].From);
    }

    [Fact]
    public void Plan_RandomHistories_NeverPartsACallFromItsResultsNorTakesAnythingTwice()
    {
        var planner = new CompactionPlanner(new CompactionOptions { TriggerTurns = 1, KeepTurns = 1, MaximumRangeTokens = 100, MaximumRanges = 100 });
        var planned = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var request = new RandomConversation(seed).Request(1000);
            var history = request.History;
            var ranges = planner.Plan(history);
            planned += ranges.Count;
            foreach (var range in ranges)
            {
                Assert.Equal((range.From, range.To), (history.Messages[range.FirstMessage].Header.Version, history.Messages[range.FirstMessage + range.Messages - 1].Header.Version));
                Assert.DoesNotContain(history.Summaries, summary => history.Messages.Any(message => message.Header.Version == summary.To) && summary.From <= range.To && range.From <= summary.To);

                // What stands right behind a part begins a turn of its own, and answers nothing in it.
                var next = history.Messages[range.FirstMessage + range.Messages].Header;
                Assert.NotEqual(history.Messages[range.FirstMessage + range.Messages - 1].Header.Turn, next.Turn);
                Assert.True(next.Results.Count == 0, $"seed {seed}: {range}");
            }
        }

        Assert.True(planned > Seeds, planned.ToString());
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamed()
    {
        var options = new CompactionOptions { TriggerTokens = 0, TriggerTurns = 0, TriggerShare = 2, KeepTurns = 0, MaximumRangeTokens = 1, MaximumRanges = 0, Rest = TimeSpan.Zero, MaximumRest = TimeSpan.FromDays(2) };
        Assert.Equal(8, Assert.Throws<SiraConfigurationException>(() => new CompactionPlanner(options)).Errors.Count);
    }
}
