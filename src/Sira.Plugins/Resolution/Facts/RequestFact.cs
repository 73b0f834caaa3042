using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Explaining;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>The host asks for a plugin.</summary>
internal sealed class RequestFact(PackagePool pool, PluginPackage package, PluginRequest request, VersionSet admitted) : Fact
{
    public const string Subject = "the host asks for ";

    public PluginPackage Package => package;

    public VersionSet Admitted => admitted;

    public PluginRequest Request => request;

    public override string Describe() => $"{Subject}{package.Id} {request.Range.Describe()}".TrimEnd() + Missing.Describe(package, admitted);

    public override string? SuggestFix() => Missing.SuggestFix(pool, package, request.Range, admitted);
}
