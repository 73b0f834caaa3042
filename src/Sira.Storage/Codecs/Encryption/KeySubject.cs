namespace Sira.Storage.Codecs.Encryption;

/// <summary>Whose a data key is: what is encrypted and erased together.</summary>
/// <param name="Tenant">The tenant; <see langword="null"/> for what is nobody's in particular.</param>
/// <param name="Scope">What <see cref="Name"/> is a name in, see <see cref="SubjectRule.Scope"/>; <see langword="null"/> for the tenant as a whole.</param>
/// <param name="Name">The name that a <see cref="SubjectRule"/> has chosen; <see langword="null"/> for the tenant as a whole.</param>
public readonly record struct KeySubject(string? Tenant, string? Scope = null, string? Name = null);
