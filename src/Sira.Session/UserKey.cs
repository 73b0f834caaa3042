namespace Sira.Session;

/// <summary>Names a user whose sessions are kept, exported and erased together.</summary>
/// <param name="Name">The name within the tenant: 1 to 1024 bytes of UTF-8. Stored as a hash, and inside the user's own sessions.</param>
/// <param name="Tenant">Whose user it is; <see langword="null"/> for nobody's in particular.</param>
public readonly record struct UserKey(string Name, string? Tenant = null)
{
    /// <summary>Returns the key as people read it.</summary>
    public override string ToString() => Tenant is null ? Name : $"{Name} of {Tenant}";
}
