using Sira.Simulation.Traffic;

namespace Sira.Simulation.Tests.Traffic;

public class SyntheticTrafficTests
{
    [Fact]
    public void EqualSeeds_GiveEqualLogs_AndOthersOthers()
    {
        var first = new SyntheticTraffic { Seed = 3 }.Generate();

        Assert.Equivalent(first.Records.Take(200), new SyntheticTraffic { Seed = 3 }.Generate().Records.Take(200), strict: true);
        Assert.NotEqual(first.Records[10].At, new SyntheticTraffic { Seed = 4 }.Generate().Records[10].At);
    }

    [Fact]
    public void Log_HasTheRateSharesAndSizesAskedFor()
    {
        var traffic = new SyntheticTraffic { Duration = TimeSpan.FromDays(4), PeakRequestsPerMinute = 5, StreamingShare = 0.25, ToolShare = 0.5, ConversationShare = 0, HourlyLoad = [.. Enumerable.Repeat(0.2, 12), .. Enumerable.Repeat(1.0, 12)] };

        var records = traffic.Generate().Records;

        var afternoon = records.Count(static record => record.At.Hours >= 12);
        Assert.InRange(afternoon / (4 * 12 * 60 * 5.0), 0.95, 1.05);
        Assert.InRange((records.Count - afternoon) / (double)afternoon, 0.17, 0.23);
        Assert.InRange(records.Average(static record => record.Streaming ? 1.0 : 0), 0.22, 0.28);
        Assert.InRange(records.Average(static record => record.Features is null ? 0.0 : 1), 0.47, 0.53);
        Assert.InRange(records.Select(static record => record.InputTokens).Order().ElementAt(records.Count / 2), 370, 430);
        Assert.InRange(records.Select(static record => record.OutputTokens).Order().ElementAt(records.Count / 2), 165, 195);
    }

    [Fact]
    public void Conversations_GrowByTheirTurns()
    {
        var records = new SyntheticTraffic { ConversationShare = 0.9 }.Generate().Records;

        var longest = records.GroupBy(static record => record.AffinityKey).MaxBy(static turns => turns.Count())!.ToList();

        Assert.True(longest.Count > 5);
        for (var i = 1; i < longest.Count; i++)
        {
            Assert.True(longest[i].InputTokens > longest[i - 1].InputTokens + longest[i - 1].OutputTokens);
        }
    }

    [Fact]
    public void ImpossibleOptions_AreRefused() =>
        Assert.Throws<InvalidOperationException>(() => new SyntheticTraffic { HourlyLoad = [2] }.Generate());
}
