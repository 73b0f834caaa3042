namespace Sira.Storage.Keys;

/// <summary>Where keys belong together: what they are for, and whose they are. Policies, encryption and erasure go by it.</summary>
/// <param name="Namespace">What for, such as <c>sessions</c>: 1 to 64 characters of a-z, 0-9, <c>-</c>, <c>_</c> and <c>.</c>.</param>
/// <param name="Tenant">Whose; <see langword="null"/> for nobody's in particular, which is not the same as that of a tenant with an empty name: there is none.</param>
public readonly record struct StorePartition(string Namespace, string? Tenant = null)
{
    /// <summary>Returns the key of a name in this partition.</summary>
    /// <param name="name">The name.</param>
    public StoreKey Key(string name) => new(Namespace, name, Tenant);

    /// <summary>Returns the partition as people read it.</summary>
    public override string ToString() => Tenant is null ? Namespace : $"{Namespace} of {Tenant}";
}
