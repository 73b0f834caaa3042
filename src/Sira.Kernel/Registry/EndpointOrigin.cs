namespace Sira.Kernel.Registry;

/// <summary>Who lists endpoints of a service: a discovery source, the leases, a plugin. Where two list the same identity, the one with the lower precedence wins, and of equals the first by name.</summary>
/// <param name="Name">The name, unique within a service and not blank; case matters.</param>
/// <param name="Precedence">The rank. Endpoints that are given without an origin come before all others.</param>
public sealed record EndpointOrigin(string Name, int Precedence = 0)
{
    /// <summary>The origin of endpoints that are given without one.</summary>
    internal static EndpointOrigin Direct { get; } = new(string.Empty, int.MinValue);

    internal static int Compare(EndpointOrigin left, EndpointOrigin right) =>
        left.Precedence.CompareTo(right.Precedence) is not 0 and var order ? order : string.CompareOrdinal(left.Name, right.Name);
}
