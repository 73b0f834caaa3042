namespace Sira.Kernel.Time;

/// <summary>The production source of randomness: the runtime's shared, lock-free generator.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    /// <summary>Gets the single instance.</summary>
    public static SystemRandomSource Instance { get; } = new();

#pragma warning disable RS0030 // The one place that is allowed to use the shared generator.
    /// <inheritdoc />
    public double NextDouble() => Random.Shared.NextDouble();

    /// <inheritdoc />
    public int Next(int exclusiveMaximum) => Random.Shared.Next(exclusiveMaximum);
#pragma warning restore RS0030
}
