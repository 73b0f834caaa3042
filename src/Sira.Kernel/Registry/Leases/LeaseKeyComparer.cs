namespace Sira.Kernel.Registry.Leases;

/// <summary>Compares leases by service, ignoring case, and by endpoint, with case: as the registry does.</summary>
internal sealed class LeaseKeyComparer : IEqualityComparer<(string Service, string EndpointId)>
{
    public static LeaseKeyComparer Instance { get; } = new();

    public bool Equals((string Service, string EndpointId) x, (string Service, string EndpointId) y) =>
        string.Equals(x.Service, y.Service, StringComparison.OrdinalIgnoreCase) && string.Equals(x.EndpointId, y.EndpointId, StringComparison.Ordinal);

    public int GetHashCode((string Service, string EndpointId) obj) =>
        HashCode.Combine(obj.Service.GetHashCode(StringComparison.OrdinalIgnoreCase), obj.EndpointId.GetHashCode(StringComparison.Ordinal));
}
