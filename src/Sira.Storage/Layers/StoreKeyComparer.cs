using Sira.Storage.Keys;

namespace Sira.Storage.Layers;

/// <summary>Compares keys without the detour over the comparers of their parts. The hash of a text is seeded per process, so nobody can choose names that collide.</summary>
internal sealed class StoreKeyComparer : IEqualityComparer<StoreKey>
{
    private StoreKeyComparer()
    {
    }

    public static StoreKeyComparer Instance { get; } = new();

    public bool Equals(StoreKey x, StoreKey y) => x.Name == y.Name && x.Namespace == y.Namespace && x.Tenant == y.Tenant;

    public int GetHashCode(StoreKey obj) =>
        (((obj.Name.GetHashCode(StringComparison.Ordinal) * 31) + obj.Namespace.GetHashCode(StringComparison.Ordinal)) * 31) + (obj.Tenant?.GetHashCode(StringComparison.Ordinal) ?? 0);
}
