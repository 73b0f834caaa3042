using Sira.Kernel.Plugins;
using Sira.Plugins.Manifests;

namespace Sira.Plugins.Sources;

/// <summary>A plugin that is compiled into the host, as <c>AddPlugin</c> registers it. It can be stopped and restarted, but its code stays.</summary>
/// <param name="manifest">What it says about itself.</param>
/// <param name="origin">The call that registered it.</param>
/// <param name="create">Makes its entry object.</param>
internal sealed class CompiledPlugin(PluginManifest manifest, string origin, Func<ISiraPlugin> create) : AvailablePlugin(manifest, origin)
{
    public override PluginTrust Trust => PluginTrust.Trusted;

    public override bool IsRequired => true;

    public override string ContentId => Origin;

    public override ValueTask<LoadedPlugin> LoadAsync(IReadOnlyList<LoadedPlugin> dependencies, CancellationToken cancellationToken) => new(new Loaded(create));

    private sealed class Loaded(Func<ISiraPlugin> create) : LoadedPlugin
    {
        public override ISiraPlugin CreateInstance() => create();

        public override PluginUnload Unload() => PluginUnload.None;
    }
}
