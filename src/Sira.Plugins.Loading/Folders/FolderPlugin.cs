using Sira.Kernel.Configuration;
using Sira.Plugins.Loading.Contexts;
using Sira.Plugins.Sources;

namespace Sira.Plugins.Loading.Folders;

/// <summary>A plugin in a package on disk.</summary>
/// <param name="package">The package.</param>
/// <param name="trust">How far it can be relied on, and why.</param>
/// <param name="context">What it is loaded with.</param>
internal sealed class FolderPlugin(FolderPackage package, (PluginTrust Level, string? Reason) trust, FolderContext context) : AvailablePlugin(package.Manifest, package.Path)
{
    public override PluginTrust Trust => trust.Level;

    public override string? TrustReason => trust.Reason;

    public override string ContentId => package.Hash;

    public override ValueTask<LoadedPlugin> LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken) =>
        new(ContextPlugin.Load(Manifest, package.Load(), dependencies, context.Sharing.Load(new ConfigurationErrors()), context.Healing));
}
