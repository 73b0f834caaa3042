namespace Sira.Plugins.Manifests;

/// <summary>What a dependency names.</summary>
public enum DependencyTarget
{
    /// <summary>One plugin, by its id.</summary>
    Plugin,

    /// <summary>A contract, whichever plugin or host provides it.</summary>
    Contract,
}
