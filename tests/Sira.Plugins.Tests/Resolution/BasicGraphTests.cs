using Sira.Plugins.Tests.Support;
using static Sira.Plugins.Tests.Support.Plugins;

namespace Sira.Plugins.Tests.Resolution;

/// <summary>The basic cases of the suites that solvers are tested with (pub's, Cargo's), told with plugins.</summary>
public sealed class BasicGraphTests
{
    [Fact]
    public void Resolve_NothingAsked_GivesNothing() => Assert.Equal(string.Empty, Set(new Support.Plugins().Add("a 1.0.0").Resolve()));

    [Fact]
    public void Resolve_Tree_StartsLeavesFirst() => Assert.Equal(
        "ax 1.0.0, ay 1.0.0, a 1.0.0, bx 1.0.0, b 1.0.0",
        Set(new Support.Plugins().Add("a 1.0.0", "ax", "ay").Add("b 1.0.0", "bx").Add("ax 1.0.0").Add("ay 1.0.0").Add("bx 1.0.0").Resolve("a", "b")));

    [Fact]
    public void Resolve_SharedDependency_TakesTheNewestThatBothAdmit() => Assert.Equal(
        "shared 3.6.9, a 1.0.0, b 1.0.0",
        Set(new Support.Plugins().Add("a 1.0.0", "shared [2.0,4.0)").Add("b 1.0.0", "shared [3.0,5.0)")
            .Add("shared 2.0.0").Add("shared 3.0.0").Add("shared 3.6.9").Add("shared 4.0.0").Add("shared 5.0.0").Resolve("a", "b")));

    [Fact]
    public void Resolve_VersionDecidesWhatElseIsNeeded_FollowsTheVersionTaken() => Assert.Equal(
        "bang 1.0.0, foo 1.0.1, bar 1.0.0",
        Set(new Support.Plugins().Add("foo 1.0.0").Add("foo 1.0.1", "bang").Add("foo 1.0.2", "whoop").Add("foo 1.0.3", "zoop")
            .Add("bar 1.0.0", "foo (,1.0.1]").Add("bang 1.0.0").Add("whoop 1.0.0").Add("zoop 1.0.0").Resolve("foo (,1.0.2]", "bar")));

    [Fact]
    public void Resolve_NewestNeedsWhatIsRefused_FallsBackAndDropsTheNeed() => Assert.Equal(
        "bar 1.0.0, foo 1.0.0",
        Set(new Support.Plugins().Add("foo 1.0.0").Add("foo 2.0.0").Add("bar 1.0.0").Add("bar 2.0.0", "baz").Add("baz 1.0.0", "foo [2.0]").Resolve("foo [1.0]", "bar")));

    [Fact]
    public void Resolve_OneAskedTwice_MeetsBoth() => Assert.Equal(
        "a 2.0.0", Set(new Support.Plugins().Add("a 1.0.0").Add("a 2.0.0").Add("a 3.0.0").Resolve("a [1.0,3.0)", "a [2.0,4.0)")));

    [Fact]
    public void Resolve_TwoCompete_TheFirstAskedIsNewest()
    {
        var plugins = new Support.Plugins().Add("a 1.0.0").Add("a 2.0.0", "x [1.0]").Add("b 1.0.0").Add("b 2.0.0", "x [2.0]").Add("x 1.0.0").Add("x 2.0.0");

        Assert.Equal("b 1.0.0, x 1.0.0, a 2.0.0", Set(plugins.Resolve("a", "b")));
        Assert.Equal("a 1.0.0, x 2.0.0, b 2.0.0", Set(plugins.Resolve("b", "a")));
    }

    [Fact]
    public void Resolve_NamesInOtherCase_AreTheSame()
    {
        var resolution = new Support.Plugins().Add("Acme.A 1.0.0", "ACME.b").Add("acme.B 1.0.0").Resolve("acme.a");

        Assert.Equal("acme.B 1.0.0, Acme.A 1.0.0", Set(resolution));
        Assert.True(resolution.TryGet("ACME.A", out var found));
        Assert.True(found.IsRequested);
    }

    [Fact]
    public void Resolve_CatalogueInAnotherOrder_GivesTheSame()
    {
        var plugins = new Support.Plugins().Add("a 1.0.0", "x", "y").Add("a 1.1.0", "y", "x [1.0]").Add("x 1.0.0", "y [1.0]").Add("x 2.0.0").Add("y 1.0.0").Add("y 2.0.0", "z").Add("z 1.0.0", "x [2.0]");
        var expected = Set(plugins.Resolve("a"));
        var reversed = new Support.Plugins();
        foreach (var manifest in plugins.Manifests.Reverse())
        {
            reversed.Add(manifest);
        }

        Assert.Equal(expected, Set(reversed.Resolve("a")));
    }
}
