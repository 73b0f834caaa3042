using Sira.Plugins.Manifests;

namespace Sira.Plugins.Resolution;

/// <summary>A dependency, and what satisfies it.</summary>
/// <param name="Dependency">The dependency.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Provider">The plugin that satisfies it, or that is there in another version; <see langword="null"/> when it is the host or nothing.</param>
/// <param name="Choice">Why this provider, when the dependency names a contract and is required; otherwise <see langword="null"/>.</param>
public sealed record ResolvedDependency(PluginDependency Dependency, DependencyStatus Status, PluginIdentity? Provider, ProviderChoice? Choice);
