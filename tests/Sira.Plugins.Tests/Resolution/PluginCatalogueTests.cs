using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;
using static Sira.Plugins.Tests.Support.Plugins;

namespace Sira.Plugins.Tests.Resolution;

public sealed class PluginCatalogueTests
{
    [Fact]
    public void Create_TwoClaimOneName_NamesBothAndTakesNeither()
    {
        var errors = new ConfigurationErrors();

        var catalogue = PluginCatalogue.Create([new(Manifest("a 1.0.0", "b"), "one/sira-plugin.json"), new(Manifest("A 1.0.0+other"), "two/sira-plugin.json"), new(Manifest("a 2.0.0"), "three")], errors);

        Assert.Equal("two/sira-plugin.json: claims to be A 1.0.0, as one/sira-plugin.json does, and says something else. Remove one of the two, or give it another version or id.", Assert.Single(errors.Items).ToString());
        Assert.Equal(["a 2.0.0"], catalogue.VersionsOf("A").Select(static entry => entry.Manifest.ToString()));
    }

    [Fact]
    public void Create_SameManifestTwice_IsOne()
    {
        var errors = new ConfigurationErrors();

        var catalogue = PluginCatalogue.Create([new(Manifest("a 1.0.0", "b [1.0,2.0)"), "one"), new(Manifest("a 1.0.0", "b [1.0.0,2.0.0)"), "two")], errors);

        Assert.Empty(errors.Items);
        Assert.Equal("one", Assert.Single(catalogue.VersionsOf("a")).Origin);
    }

    [Fact]
    public void Create_SeveralMistakes_AllAreTold()
    {
        var exception = Assert.Throws<SiraConfigurationException>(() => PluginCatalogue.Create(Manifest("a 1.0.0", "a"), Manifest("b 1.0.0", "c", "c"), Manifest("b 1.0.0")));

        Assert.Equal(2, exception.Errors.Count);
        Assert.Contains("manifest 0 (a 1.0.0):dependencies:0:plugin: 'a' is the plugin itself.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("manifest 1 (b 1.0.0):dependencies:1: 'plugin c' stands at 0 already.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TooManyVersions_SaysWhatIsLeftOut()
    {
        var errors = new ConfigurationErrors();

        var catalogue = PluginCatalogue.Create(Enumerable.Range(0, 4097).Select(static i => new PluginCatalogueEntry(Manifest($"a 1.{i}.0"), $"file {i}")), errors);

        Assert.Equal("file 4096: a has more than 4096 versions; 1.4096.0 is left out. Remove old versions.", Assert.Single(errors.Items).ToString());
        Assert.Equal(4096, catalogue.VersionsOf("a").Count);
    }

    [Fact]
    public void VersionsOf_AreSorted_AndContractsAreFound()
    {
        var catalogue = PluginCatalogue.Create(Manifest("a 1.10.0", "+index 1.0"), Manifest("a 1.9.0"), Manifest("a 1.10.0-beta"), Manifest("b 1.0.0", "+Index 2.0"));

        Assert.Equal(["1.9.0", "1.10.0-beta", "1.10.0"], catalogue.VersionsOf("a").Select(static entry => entry.Manifest.Version.ToString()));
        Assert.Equal(["a 1.10.0", "b 1.0.0"], catalogue.ProvidersOf("INDEX").Select(static entry => entry.Manifest.ToString()));
        Assert.Equal((["a", "b"], ["index"]), (catalogue.Ids, catalogue.Contracts), static (left, right) => left.Item1.SequenceEqual(right.Item1) && left.Item2.SequenceEqual(right.Item2));
        Assert.Empty(catalogue.VersionsOf("c"));
    }
}
