using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>The host allows one version of a plugin only.</summary>
internal sealed class PinFact(PluginPackage package, PluginIdentity pin) : Fact
{
    public PluginPackage Package => package;

    public PluginIdentity Pin => pin;

    private bool IsThere => package.PositionOf(pin.Version) > 0;

    public override string Describe() => $"the host pins {package.Id} to {pin.Version.ToNormalizedString()}{(IsThere ? string.Empty : $", a version that is not there ({VersionText.List(package)})")}";

    public override string SuggestFix() => $"Remove the pin of {package.Id}, or pin another version.";
}
