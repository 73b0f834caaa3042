namespace Sira.Kernel.Health.Detection;

/// <summary>A reading of the clock that leaves stalls out.</summary>
/// <param name="Now">The timestamps so far without stalls. Never runs backwards.</param>
/// <param name="Stalled">The timestamps of all stalls so far.</param>
/// <param name="StallEnd">What <paramref name="Now"/> was at the end of the last stall; <see cref="Never"/> before any.</param>
internal readonly record struct StallReading(long Now, long Stalled, long StallEnd)
{
    /// <summary>Longer ago than any clock reaches, and near enough to be subtracted.</summary>
    public const long Never = long.MinValue / 2;
}
