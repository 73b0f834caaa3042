using System.Text;
using Sira.Simulation.Traffic;

namespace Sira.Simulation.Tests.Traffic;

public class TrafficLogTests
{
    private static readonly TrafficRecord Full = new()
    {
        At = TimeSpan.FromMilliseconds(1234),
        Tenant = "tenant",
        User = "user",
        AffinityKey = "conversation",
        Model = "@batch",
        InputTokens = 12,
        OutputTokens = 34,
        MaxOutputTokens = 56,
        Streaming = true,
        Features = ["Tools", "ImageInput"],
        Labels = new Dictionary<string, string> { ["feature"] = "search" },
    };

    [Fact]
    public async Task Log_WrittenAndRead_IsTheSame_InOrder()
    {
        var log = new TrafficLog([Full with { At = TimeSpan.FromDays(1) }, Full]);
        using var stream = new MemoryStream();

        await log.WriteAsync(stream, TestContext.Current.CancellationToken);
        stream.Position = 0;
        var read = await TrafficLog.ReadAsync(stream, TestContext.Current.CancellationToken);

        Assert.Equal(2, Encoding.UTF8.GetString(stream.ToArray()).Count(static character => character == '\n'));
        Assert.Equal([TimeSpan.FromMilliseconds(1234), TimeSpan.FromDays(1)], read.Records.Select(static record => record.At));
        Assert.Equal(TimeSpan.FromDays(1), read.Duration);
        Assert.Equivalent(Full, read.Records[0], strict: true);
    }

    [Fact]
    public async Task BlankLines_AreSkipped_AndAFaultyLineIsNamed()
    {
        var text = "{\"at\":\"00:00:01\",\"inputTokens\":1,\"outputTokens\":2}\n\n{\"at\":\"soon\"}\n";

        var exception = await Assert.ThrowsAsync<FormatException>(() => TrafficLog.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text))));

        Assert.Contains("Line 3 ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ZeroCounts_SurviveTheirDefault()
    {
        using var stream = new MemoryStream();
        await new TrafficLog([new TrafficRecord { At = TimeSpan.Zero, InputTokens = 0, OutputTokens = 0 }]).WriteAsync(stream, TestContext.Current.CancellationToken);
        stream.Position = 0;

        var record = Assert.Single((await TrafficLog.ReadAsync(stream, TestContext.Current.CancellationToken)).Records);

        Assert.Equal((TimeSpan.Zero, 0, 0), (record.At, record.InputTokens, record.OutputTokens));
    }

    [Fact]
    public void NegativeCounts_AreRefused() =>
        Assert.Throws<ArgumentException>(() => new TrafficLog([new TrafficRecord { At = TimeSpan.Zero, InputTokens = -1, OutputTokens = 0 }]));
}
