using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Facts;

/// <summary>Some versions of plugins require one another in a circle.</summary>
internal sealed class CycleFact(IReadOnlyList<Package> circle, Term[] terms) : Fact
{
    public IReadOnlyList<Package> Circle => circle;

    public override string Describe()
    {
        var names = circle.OfType<PluginPackage>().Select(static plugin => plugin.Id).ToArray();
        var versions = terms.Where(static term => term.Package is PluginPackage).Select(static term => term.Package.Describe(term.States));
        return $"{string.Join(" and ", versions)} depend on one another in a circle ({string.Join(" → ", names)} → {names[0]})";
    }

    public override string SuggestFix() => "Make one dependency of the circle optional, or move what both sides need into a plugin of its own.";
}
