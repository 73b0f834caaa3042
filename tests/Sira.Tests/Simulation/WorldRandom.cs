using Sira.Kernel.Time;

namespace Sira.Tests.Simulation;

/// <summary>The one source of chance of a world. Equal seeds and labels give equal draws.</summary>
internal sealed class WorldRandom
{
    private readonly SeededRandomSource source;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="seed">The world's seed.</param>
    /// <param name="label">What is drawn, so that one more draw here changes nothing there.</param>
    public WorldRandom(long seed, string label)
    {
        // FNV-1a: neighbouring seeds of System.Random begin alike.
        var hash = 14695981039346656037UL ^ unchecked((ulong)seed * 0x9E3779B97F4A7C15UL);
        foreach (var character in label)
        {
            hash = unchecked((hash ^ character) * 1099511628211UL);
        }

        source = new SeededRandomSource((int)((hash ^ (hash >> 32)) & 0x7FFFFFFF));
    }

    public bool Chance(double probability) => source.NextDouble() < probability;

    /// <summary>Draws from both ends inclusive.</summary>
    public int Between(int least, int most) => least + source.Next(most - least + 1);

    public TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(Between(least, most));

    public T Pick<T>(params IReadOnlyList<T> items) => items[source.Next(items.Count)];

    /// <summary>Draws some of the items, in an order by chance.</summary>
    public List<T> Some<T>(IEnumerable<T> items, int least, int most)
    {
        var left = items.ToList();
        var drawn = new List<T>();
        for (var count = Math.Min(left.Count, Between(least, most)); count > 0; count--)
        {
            var at = source.Next(left.Count);
            drawn.Add(left[at]);
            left.RemoveAt(at);
        }

        return drawn;
    }
}
