namespace Sira.Session.Memory;

/// <summary>Whose memory it is.</summary>
/// <param name="Tenant">The tenant; <see langword="null"/> for none.</param>
/// <param name="User">The user; <see langword="null"/> for what is of no user in particular, which is an owner like others.</param>
public readonly record struct MemoryOwner(string? Tenant = null, string? User = null);
