using Sira.Kernel.Time;

namespace Sira.Tests.Simulation.Promises;

/// <summary>The same world with and without mirrored calls: callers must not notice.</summary>
public class ShadowTests
{
    [Fact]
    public void Callers_DoNotNotice_WhetherTheirCallsAreMirrored()
    {
        var mirrored = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var (with, without) = (Run(seed, percent: "100"), Run(seed, percent: "0"));
            Assert.True(with.Lines.SequenceEqual(without.Lines), $"seed {seed}: {with.Lines.Zip(without.Lines).FirstOrDefault(static pair => pair.First != pair.Second)}");
            Assert.Equal(0, without.Mirrored);
            mirrored += with.Mirrored;
        }

        Assert.True(mirrored > 100, $"Only {mirrored} calls were mirrored.");
    }

    private static (List<string> Lines, int Mirrored) Run(int seed, string percent)
    {
        var description = new WorldDescription(seed, percent);
        using var world = new World(description, new Even());
        world.Run();
        return ([.. world.Lines.Where(static line => line.Split(' ')[1] == "caller")], world.ShadowArrivals.Count);
    }

    // Mirrored calls draw too: with chance that is always the same, those of callers draw what they would have drawn.
    private sealed class Even : IRandomSource
    {
        public double NextDouble() => 0.5;

        public int Next(int maxValue) => maxValue / 2;
    }
}
