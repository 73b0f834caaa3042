using System.Diagnostics.CodeAnalysis;

namespace Sira.Plugins.Resolution;

/// <summary>A consistent set of plugins, or why there is none.</summary>
public sealed class PluginResolution
{
    internal PluginResolution(IReadOnlyList<ResolvedPlugin> plugins, IReadOnlyList<ResolutionFailure> failures, long steps) =>
        (Plugins, Failures, Steps) = (plugins, failures, steps);

    /// <summary>Gets whether there is a set.</summary>
    public bool Succeeded => Failures.Count == 0;

    /// <summary>Gets the set in the order of starting: whatever a plugin depends on stands before it. Empty when there is none.</summary>
    public IReadOnlyList<ResolvedPlugin> Plugins { get; }

    /// <summary>Gets why there is none: reasons that have no requested plugin in common, so that mending one does not mend another. At most 10.</summary>
    public IReadOnlyList<ResolutionFailure> Failures { get; }

    /// <summary>Gets how many steps it took, of those that <see cref="ResolutionRequest.MaximumSteps"/> limits.</summary>
    public long Steps { get; }

    /// <summary>Returns the set.</summary>
    /// <returns>The plugins in the order of starting.</returns>
    /// <exception cref="PluginResolutionException">There is none.</exception>
    public IReadOnlyList<ResolvedPlugin> GetPlugins() => Succeeded ? Plugins : throw new PluginResolutionException(Failures);

    /// <summary>Looks for a plugin in the set.</summary>
    /// <param name="id">Its id; case does not matter.</param>
    /// <param name="plugin">The plugin.</param>
    /// <returns>Whether it is there.</returns>
    public bool TryGet(string id, [NotNullWhen(true)] out ResolvedPlugin? plugin)
    {
        plugin = Plugins.FirstOrDefault(found => found.Manifest.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
        return plugin is not null;
    }
}
