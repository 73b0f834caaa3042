using NuGet.Versioning;

namespace Sira.Plugins.Manifests;

/// <summary>A contract that a plugin or the host offers to others.</summary>
/// <param name="Name">The contract's name; case does not matter.</param>
/// <param name="Version">The version of the contract that is offered, not of the plugin.</param>
public sealed record ProvidedContract(string Name, NuGetVersion Version);
