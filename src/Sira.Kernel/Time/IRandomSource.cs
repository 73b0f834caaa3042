namespace Sira.Kernel.Time;

/// <summary>The one source of randomness, injected so that a run can be repeated from its seed. Implementations are thread-safe.</summary>
public interface IRandomSource
{
    /// <summary>Returns a number in [0, 1).</summary>
    /// <returns>The number.</returns>
    double NextDouble();

    /// <summary>Returns an integer in [0, <paramref name="exclusiveMaximum"/>).</summary>
    /// <param name="exclusiveMaximum">The bound, at least 1.</param>
    /// <returns>The integer.</returns>
    int Next(int exclusiveMaximum);
}
