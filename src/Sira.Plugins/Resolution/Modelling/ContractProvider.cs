using NuGet.Versioning;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Modelling;

/// <summary>Somebody who provides a contract in a version that a dependency admits.</summary>
/// <param name="Plugin">The plugin; <see langword="null"/> for the host.</param>
/// <param name="Versions">The versions of the plugin that do.</param>
/// <param name="Newest">The newest version of the contract among those.</param>
internal sealed record ContractProvider(PluginPackage? Plugin, VersionSet Versions, NuGetVersion Newest);
