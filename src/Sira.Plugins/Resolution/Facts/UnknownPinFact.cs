using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>The host pins a plugin that nobody knows. Harmless to the search, and surely a slip.</summary>
internal sealed class UnknownPinFact(PackagePool pool, PluginIdentity pin) : Fact
{
    public PluginIdentity Pin => pin;

    public override string Describe() => $"the host pins {pin.Id} to {pin.Version.ToNormalizedString()}, but there is no plugin of that name";

    public override string SuggestFix() => UnknownName.Suggest("plugin", pin.Id, pool.Catalogue.Ids);
}
