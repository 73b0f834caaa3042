namespace Sira.Storage.Keys;

/// <summary>The key of a value or of a stream.</summary>
/// <param name="Namespace">What it is for, such as <c>sessions</c>: 1 to 64 characters of a-z, 0-9, <c>-</c>, <c>_</c> and <c>.</c>.</param>
/// <param name="Name">The name: 1 byte to <see cref="Capabilities.StorageCapabilities.MaximumNameLength"/> bytes of UTF-8, any characters.</param>
/// <param name="Tenant">Whose it is; <see langword="null"/> for nobody's in particular. Like a name, of at most 256 bytes.</param>
public readonly record struct StoreKey(string Namespace, string Name, string? Tenant = null)
{
    /// <summary>Gets where it belongs.</summary>
    public StorePartition Partition => new(Namespace, Tenant);

    /// <summary>Returns the key as people read it.</summary>
    public override string ToString() => $"{Partition}: {Name}";
}
