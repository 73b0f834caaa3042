using static Sira.Plugins.Tests.Support.Plugins;

namespace Sira.Plugins.Tests.Resolution;

/// <summary>The cases in which a solver has to take back what it decided.</summary>
public sealed class BacktrackingTests
{
    [Fact]
    public void Resolve_ChainOfDisjointRanges_FindsTheOneVersionThatFits() => Assert.Equal(
        "c 3.0.0, b 3.0.0, a 1.0.0",
        Set(new Support.Plugins().Add("a 1.0.0", "b [3.0]").Add("a 2.0.0", "b [2.0]", "c [3.0]").Add("b 2.0.0", "c [2.0]").Add("b 3.0.0", "c [3.0]").Add("c 2.0.0").Add("c 3.0.0").Resolve("a")));

    [Fact]
    public void Resolve_CircleInTheNewest_TakesAnOlderWithoutIt() => Assert.Equal(
        "b 1.0.0, a 2.0.0",
        Set(new Support.Plugins().Add("a 1.0.0").Add("a 2.0.0", "b").Add("b 1.0.0").Add("b 2.0.0", "a").Resolve("a")));

    [Fact]
    public void Resolve_DiamondWhoseNewestSidesDisagree_KeepsTheFirstAndLowersTheSecond() => Assert.Equal(
        "shared 2.0.0, left 2.0.0, right 1.0.0, top 1.0.0",
        Set(new Support.Plugins().Add("top 1.0.0", "left", "right").Add("left 1.0.0", "shared [1.0]").Add("left 2.0.0", "shared [2.0]")
            .Add("right 1.0.0", "shared [1.0,2.0]").Add("right 2.0.0", "shared [1.0]").Add("shared 1.0.0").Add("shared 2.0.0").Resolve("top", "left")));

    [Fact]
    public void Resolve_ConflictWithTheNewest_TakesAnOlder() => Assert.Equal(
        "a 1.0.0, b 1.0.0",
        Set(new Support.Plugins().Add("a 1.0.0", "!b [2.0,)").Add("b 1.0.0").Add("b 2.0.0").Resolve("a", "b")));

    [Fact]
    public void Resolve_NewestNeedsAnotherKernel_TakesTheNewestForThisOne() => Assert.Equal(
        "a 1.1.0", Set(new Support.Plugins().Add("a 1.0.0").Add("a 1.1.0", "kernel [1.0,2.0)").Add("a 2.0.0", "kernel [2.0,3.0)").Resolve("a")));

    // pub's regression: versions that all fail for one reason are given up at once, not one by one.
    [Fact]
    public void Resolve_ManyVersionsWithOneFlaw_AreGivenUpTogether()
    {
        var plugins = new Support.Plugins().Add("bar 1.0.0").Add("foo 1.0.0");
        for (var i = 0; i < 200; i++)
        {
            plugins.Add($"foo 2.{i}.0", "bar [2.0,)");
        }

        var resolution = plugins.Resolve("foo", "bar");

        Assert.Equal("bar 1.0.0, foo 1.0.0", Set(resolution));
        Assert.InRange(resolution.Steps, 1, 40);
    }

    // 2^20 combinations; each wrong pair is learned once.
    [Fact]
    public void Resolve_PairsThatMustAgree_DoesNotTryAllCombinations()
    {
        var plugins = new Support.Plugins();
        for (var i = 0; i < 20; i++)
        {
            for (var version = 1; version <= 20; version++)
            {
                plugins.Add($"p{i} {version}.0.0", i == 19 ? [] : [$"p{i + 1} [{(version == 20 ? 20 : version)}.0]"]);
            }
        }

        var resolution = plugins.Add("low 1.0.0", "p19 [1.0]").Resolve("p0", "low");

        Assert.Equal(21, resolution.Plugins.Count);
        Assert.All(resolution.Plugins, static plugin => Assert.Equal(1, plugin.Manifest.Version.Major));
        Assert.InRange(resolution.Steps, 1, 50_000);
    }

    [Fact]
    public void Resolve_MoreThan64Versions_WorksAsWithFew()
    {
        var plugins = new Support.Plugins().Add("needs 1.0.0", "many (,1.99.0]", "many2 [1.70,1.130)").Add("many2 1.0.0");
        for (var i = 0; i < 200; i++)
        {
            plugins.Add($"many 1.{i}.0").Add($"many2 1.{i + 1}.0", $"many [1.{i}]");
        }

        Assert.Equal("many 1.99.0, many2 1.100.0, needs 1.0.0", Set(plugins.Resolve("needs")));
        Assert.Equal(
            """
            Because needs 1.0.0 depends on many ≤ 1.99.0 and the host asks for many ≥ 1.120.0, needs 1.0.0 cannot be used.
            So, because the host asks for needs, there is no set of plugins that fits.
            """,
            Explanation(plugins.Resolve("needs", "many [1.120,)")),
            ignoreLineEndingDifferences: true);
    }
}
