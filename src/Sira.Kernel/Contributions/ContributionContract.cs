namespace Sira.Kernel.Contributions;

/// <summary>A contract whose implementations Sira takes from plugins as well as from the host. What a plugin registers under another of Sira's own contracts would never be asked for, so it is refused.</summary>
/// <param name="Type">The service type.</param>
public sealed record ContributionContract(Type Type);
