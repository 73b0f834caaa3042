using NuGet.Versioning;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Resolution;

/// <summary>A plugin that the host asks for.</summary>
/// <param name="Id">Its id; case does not matter.</param>
/// <param name="Range">The versions that will do.</param>
public sealed record PluginRequest(string Id, VersionRange Range)
{
    /// <summary>Asks for a plugin in any version that is not a prerelease.</summary>
    /// <param name="id">Its id; case does not matter.</param>
    public PluginRequest(string id)
        : this(id, PluginRange.Any)
    {
    }

    /// <summary>Asks for a plugin.</summary>
    /// <param name="id">Its id; case does not matter.</param>
    /// <param name="range">The versions that will do, in interval notation.</param>
    /// <exception cref="ArgumentException">The range cannot be read.</exception>
    public PluginRequest(string id, string range)
        : this(id, PluginRange.Parse(range))
    {
    }
}
