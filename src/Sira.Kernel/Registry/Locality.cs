namespace Sira.Kernel.Registry;

/// <summary>Where an endpoint, or a caller, is. Callers prefer endpoints of their own zone, then of their own region. Case matters.</summary>
/// <param name="Region">The region, such as <c>eu-west-1</c>.</param>
/// <param name="Zone">The zone within the region, such as <c>eu-west-1a</c>; <see langword="null"/> when only the region is known.</param>
public sealed record Locality(string Region, string? Zone = null)
{
    /// <summary>The number of distances that <see cref="DistanceTo"/> tells apart.</summary>
    internal const int Distances = 3;

    /// <summary>Gets how far away another place is: 0 in the same zone, 1 in the same region, 2 elsewhere or where it is not known.</summary>
    internal int DistanceTo(Locality? other) => other is null || other.Region != Region ? 2 : Zone is not null && other.Zone == Zone ? 0 : 1;

    /// <summary>Returns region and zone with a slash between.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Zone is null ? Region : $"{Region}/{Zone}";
}
