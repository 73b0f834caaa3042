namespace Sira.Session;

/// <summary>Names a session.</summary>
/// <param name="Id">The id within the tenant: 1 to 1024 bytes of UTF-8, any characters. It is kept beside the session's record where a subject's key does not reach, so put nothing personal into it.</param>
/// <param name="Tenant">Whose it is; <see langword="null"/> for nobody's in particular. The session of another tenant is not found.</param>
public readonly record struct SessionKey(string Id, string? Tenant = null)
{
    /// <summary>Returns the key as people read it.</summary>
    public override string ToString() => Tenant is null ? Id : $"{Id} of {Tenant}";
}
