using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>Some versions of a plugin refuse to run beside some of another.</summary>
internal sealed class ConflictFact(PluginPackage package, VersionSet subject, PluginConflict conflict, PluginPackage other) : Fact
{
    public PluginPackage Package => package;

    public VersionSet Subject => subject;

    public PluginConflict Conflict => conflict;

    public override string Describe() => $"{package.Describe(subject)} conflicts with {other.Id} {conflict.Range.Describe()}".TrimEnd();
}
