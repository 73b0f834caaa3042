using Sira.Plugins.Manifests;

namespace Sira.Plugins.Sources;

/// <summary>A plugin that could be loaded: one version, from one place.</summary>
public abstract class AvailablePlugin
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="manifest">What it says about itself, checked.</param>
    /// <param name="origin">Where it comes from, for people: a file, or the call that registered it.</param>
    protected AvailablePlugin(PluginManifest manifest, string origin)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentException.ThrowIfNullOrWhiteSpace(origin);
        (Manifest, Origin) = (manifest, origin);
    }

    /// <summary>Gets what it says about itself.</summary>
    public PluginManifest Manifest { get; }

    /// <summary>Gets where it comes from.</summary>
    public string Origin { get; }

    /// <summary>Gets how far its content can be relied on.</summary>
    public abstract PluginTrust Trust { get; }

    /// <summary>Gets why <see cref="Trust"/> is what it is, such as the file that differs; <see langword="null"/> when there is nothing to say.</summary>
    public virtual string? TrustReason => null;

    /// <summary>Gets a value indicating whether the host cannot do without it: it then fails to start when the plugin does.</summary>
    public virtual bool IsRequired => false;

    /// <summary>Gets what tells this content from other content of the same id and version, such as a hash; a running plugin whose content changes is replaced.</summary>
    public abstract string ContentId { get; }

    /// <summary>Loads its code.</summary>
    /// <param name="dependencies">The plugins that it depends on, loaded.</param>
    /// <param name="cancellationToken">Cancels the loading.</param>
    /// <returns>The loaded plugin.</returns>
    /// <exception cref="PluginException">The content is not what the manifest says, or cannot be loaded.</exception>
    public abstract ValueTask<LoadedPlugin> LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken);
}
