using Sira.Gateway.Targets;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Targets;

public sealed class AnswerTimeTests
{
    private readonly VirtualTimeProvider clock = new();

    [Fact]
    public void UnaryAnswersOfManyLengths_TellBeginningFromWriting()
    {
        var time = new AnswerTime(clock);
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            var tokens = random.Next(1, 800);
            time.Record(600 + (12 * tokens), tokens, clock.GetTimestamp());
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.InRange(time.PerToken!.Value, 11.5, 12.5);
        Assert.InRange(time.Expect(0)!.Value, 450, 750);
        Assert.InRange(time.Expect(500)!.Value, 6300, 6900);
    }

    [Fact]
    public void AnswersOfOneLength_AreExpectedAsTheyWere()
    {
        var time = new AnswerTime(clock);
        Assert.Null(time.Expect(100));
        for (var i = 0; i < 50; i++)
        {
            time.Record(2000, 100, clock.GetTimestamp());
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2000, time.Expect(100)!.Value, 0);
    }

    [Fact]
    public void Change_IsFollowedWithinAFewAnswers_AndSlowlyInABurst()
    {
        var time = new AnswerTime(clock);
        for (var i = 0; i < 20; i++)
        {
            time.Record(1000, 100, clock.GetTimestamp());
        }

        time.Record(10_000, 100, clock.GetTimestamp());
        Assert.InRange(time.Expect(100)!.Value, 2000, 3500);

        clock.Advance(TimeSpan.FromMinutes(5));
        time.Record(10_000, 100, clock.GetTimestamp());
        Assert.InRange(time.Expect(100)!.Value, 5500, 7000);
    }

    [Fact]
    public void Streams_AreTakenAsTheyAre()
    {
        var time = new AnswerTime(clock);
        time.Record(500, 2490, 200, clock.GetTimestamp());

        Assert.Equal(10, time.PerToken!.Value, 6);
        Assert.Equal(500, time.Expect(0)!.Value, 6);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e12, int.MaxValue)]
    [InlineData(0, int.MaxValue)]
    [InlineData(1e12, 0)]
    public void OddSamples_NeverMakeItNegativeOrNotANumber(double milliseconds, long tokens)
    {
        var time = new AnswerTime(clock);
        for (var i = 0; i < 10; i++)
        {
            time.Record(milliseconds, tokens, clock.GetTimestamp());
            time.Record(100, 10, clock.GetTimestamp());
            time.Record(milliseconds, milliseconds, tokens, clock.GetTimestamp());
            Assert.InRange(time.Expect(100)!.Value, 0, double.MaxValue);
        }
    }
}
