using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;
using static Sira.Plugins.Tests.Support.Plugins;

namespace Sira.Plugins.Tests.Resolution;

/// <summary>Keeping what is active (a lock file's cases), pins and prereleases.</summary>
public sealed class PreferenceTests
{
    private static readonly Support.Plugins Pairs = new Support.Plugins()
        .Add("foo 1.0.0", "bar [1.0]").Add("foo 1.1.0", "bar [1.1]").Add("foo 1.2.0", "bar [1.2]").Add("bar 1.0.0").Add("bar 1.1.0").Add("bar 1.2.0").Add("baz 1.0.0");

    [Fact]
    public void Prefer_StillFits_IsKept() => Assert.Equal("bar 1.1.0, foo 1.1.0", Set(Resolve(Pairs, ["foo"], "foo 1.1.0")));

    [Fact]
    public void Prefer_NoLongerFits_IsGivenUp() => Assert.Equal("bar 1.2.0, foo 1.2.0", Set(Resolve(Pairs, ["foo (1.1,)"], "foo 1.1.0")));

    [Fact]
    public void Prefer_OnlyTheDependency_DecidesForItsUser() => Assert.Equal("bar 1.0.0, foo 1.0.0", Set(Resolve(Pairs, ["foo", "bar"], "bar 1.0.0")));

    [Fact]
    public void Prefer_NotNeeded_DoesNotBringItIn() => Assert.Equal("bar 1.2.0, foo 1.2.0", Set(Resolve(Pairs, ["foo"], "baz 1.0.0", "gone 1.0.0", "foo 9.0.0")));

    [Fact]
    public void Prefer_NewcomerNeedsNewer_MovesOnlyWhatMustMove()
    {
        var plugins = new Support.Plugins()
            .Add("foo 1.0.0", "bar (,2.0)").Add("bar 1.0.0", "baz (,2.0)").Add("baz 1.0.0", "qux (,2.0)").Add("qux 1.0.0")
            .Add("foo 2.0.0", "bar (,3.0)").Add("bar 2.0.0", "baz (,3.0)").Add("baz 2.0.0", "qux (,3.0)").Add("qux 2.0.0")
            .Add("new 2.0.0", "baz [1.5,)");

        Assert.Equal(
            "qux 1.0.0, baz 2.0.0, bar 2.0.0, foo 2.0.0, new 2.0.0",
            Set(Resolve(plugins, ["foo", "new"], "foo 1.0.0", "bar 1.0.0", "baz 1.0.0", "qux 1.0.0")));
    }

    [Fact]
    public void Prefer_NewcomerHasAnOlderVersionThatFits_TakesThat() => Assert.Equal(
        "active 1.0.0, new 1.0.0",
        Set(Resolve(new Support.Plugins().Add("active 1.0.0").Add("active 2.0.0").Add("new 1.0.0", "active").Add("new 2.0.0", "active [2.0]"), ["new", "active"], "active 1.0.0")));

    [Fact]
    public void Pins_HoldWithoutAskingForThePlugin()
    {
        var request = Request("foo") with { Pins = [new PluginIdentity("BAR", new NuGetVersion(1, 0, 0)), new PluginIdentity("baz", new NuGetVersion(1, 0, 0))] };

        Assert.Equal("bar 1.0.0, foo 1.0.0", Set(Pairs.Resolve(request)));
    }

    [Fact]
    public void Pins_OfOnePluginToTwoVersions_LeaveNone()
    {
        var request = Request("foo") with { Pins = [new PluginIdentity("foo", new NuGetVersion(1, 0, 0)), new PluginIdentity("foo", new NuGetVersion(1, 1, 0))] };

        Assert.Equal(
            """
            Because the host asks for foo and the host pins foo to 1.1.0, foo 1.1.0 is needed.
            So, because the host pins foo to 1.0.0, there is no set of plugins that fits.
            """,
            Explanation(Pairs.Resolve(request)),
            ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("a", false, "a 1.1.0")]
    [InlineData("a [2.0.0-alpha,)", false, "a 2.0.0-beta")]
    [InlineData("a [1.1.0-alpha,)", false, "a 1.1.0")] // a release where there is one
    [InlineData("a", true, "a 2.0.0-beta")]
    [InlineData("a [1.0,2.0)", true, "a 1.2.0-beta")] // not 2.0.0-beta
    public void Prereleases_AreTakenWhereTheRangeNamesThemOrTheRequestSaysSo(string asked, bool include, string expected) => Assert.Equal(
        expected,
        Set(new Support.Plugins().Add("a 1.0.0").Add("a 1.1.0").Add("a 1.2.0-beta").Add("a 2.0.0-beta").Resolve(Request(asked) with { IncludePrereleases = include })));

    private static PluginResolution Resolve(Support.Plugins plugins, string[] asked, params string[] active) =>
        plugins.Resolve(Request(asked) with { Prefer = [.. active.Select(static text => Manifest(text).Identity)] });
}
