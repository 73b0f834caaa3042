using Sira.Simulation.Generation;

namespace Sira.Simulation.Tests.Generation;

public sealed class SimulatedTokenizerTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    [InlineData("one two, three", 4)]
    [InlineData("  padded ", 2)]
    [InlineData("天气好", 3)]
    [InlineData("👩‍👩‍👧 ok", 2)]
    public void Count_OfText_IsAsDocumented(string? text, int expected)
    {
        Assert.Equal(expected, SimulatedTokenizer.Count(text));
        Assert.Equal(expected, SimulatedTokenizer.Split(text).Count);
        Assert.Equal(text ?? "", string.Concat(SimulatedTokenizer.Split(text)));
    }
}
