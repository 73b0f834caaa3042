using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>Some versions of a plugin do not run on the host's kernel.</summary>
internal sealed class KernelFact(PluginPackage package, VersionSet subject, PluginManifest manifest, NuGetVersion kernel) : Fact
{
    public PluginPackage Package => package;

    public VersionSet Subject => subject;

    public override string Describe() =>
        $"{package.Describe(subject)} {(manifest.KernelRole == ContractRole.Implements ? "implements" : "needs")} kernel {manifest.Kernel.Describe()}, but the host's is {kernel.ToNormalizedString()}";

    public override string SuggestFix()
    {
        var fitting = package.Entries.LastOrDefault(entry => entry.Manifest.Kernel.Admits(kernel, includePrereleases: true));
        var update = $"Run a host whose kernel is {manifest.Kernel.Describe()}";
        return fitting is null ? $"{update}, or get a version of {package.Id} for kernel {kernel.ToNormalizedString()}." : $"{update}; or use {fitting.Manifest}, which runs on {kernel.ToNormalizedString()}.";
    }
}
