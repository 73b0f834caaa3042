namespace Sira.Kernel.Time;

/// <summary>A repeatable source of randomness for tests and simulation. Calls are serialised, so the sequence depends only on the order of calls.</summary>
public sealed class SeededRandomSource : IRandomSource
{
    private readonly Lock gate = new();
    private readonly Random random;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="seed">The seed; equal seeds give equal sequences.</param>
    public SeededRandomSource(int seed) => random = new Random(seed);

    /// <inheritdoc />
    public double NextDouble()
    {
        lock (gate)
        {
            return random.NextDouble();
        }
    }

    /// <inheritdoc />
    public int Next(int exclusiveMaximum)
    {
        lock (gate)
        {
            return random.Next(exclusiveMaximum);
        }
    }
}
