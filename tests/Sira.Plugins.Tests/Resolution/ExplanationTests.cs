using Sira.Plugins.Resolution;
using Sira.Plugins.Tests.Support;
using static Sira.Plugins.Tests.Support.Plugins;

namespace Sira.Plugins.Tests.Resolution;

/// <summary>The classic unsolvable cases, with the whole text that a person reads.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public void Failure_UnknownPlugin_SuggestsTheName() => AssertFails(
        new Support.Plugins().Add("Acme.Search 1.0.0").Resolve("Acme.Serach"),
        "The host asks for Acme.Serach, but there is no plugin of that name.",
        "Did you mean 'Acme.Search'? Known: Acme.Search.");

    [Fact]
    public void Failure_NoVersionInRange_NamesTheNearest() => AssertFails(
        new Support.Plugins().Add("foo 2.0.0").Add("foo 2.1.3").Resolve("foo [1.0,2.0)"),
        "The host asks for foo ≥ 1.0.0 < 2.0.0, of which there is no version (there are 2.1.3 and 2.0.0).",
        "Add a version of foo ≥ 1.0.0 < 2.0.0, or widen the range to the nearest there is, 2.0.0.");

    [Fact]
    public void Failure_OnlyAPrereleaseFits_SaysHowToAdmitIt() => AssertFails(
        new Support.Plugins().Add("foo 1.0.0-beta").Resolve("foo"),
        "The host asks for foo, of which there is no version (there is 1.0.0-beta).",
        "foo 1.0.0-beta would do, but the range admits no prerelease. Name one in the range, such as '[1.0.0-beta, )', or let the request include prereleases.");

    [Fact]
    public void Failure_DependencyIsUnknown_NamesWhoNeedsIt() => AssertFails(
        new Support.Plugins().Add("foo 1.0.0", "Acme.Serach").Add("Acme.Search 1.0.0").Resolve("foo"),
        "Because foo 1.0.0 depends on Acme.Serach, but there is no plugin of that name, and the host asks for foo, there is no set of plugins that fits.",
        "Did you mean 'Acme.Search'? Known: Acme.Search, foo.");

    [Fact]
    public void Failure_NoVersionMeetsBoth_NamesBothRanges() => AssertFails(
        new Support.Plugins().Add("foo 1.0.0", "shared [2.0,3.0)").Add("bar 1.0.0", "shared [2.9,4.0)").Add("shared 2.5.0").Add("shared 3.5.0").Resolve("foo", "bar"),
        """
        Because bar 1.0.0 depends on shared ≥ 2.9.0 < 4.0.0 and foo 1.0.0 depends on shared ≥ 2.0.0 < 3.0.0, bar 1.0.0 is incompatible with foo 1.0.0.
        So, because the host asks for bar and for foo, there is no set of plugins that fits.
        """);

    [Fact]
    public void Failure_EveryVersionLeadsElsewhere_TellsBothBranches() => AssertFails(
        new Support.Plugins().Add("a 1.0.0", "b [2.0]").Add("a 2.0.0", "b [1.0]").Add("b 1.0.0", "a [1.0]").Add("b 2.0.0", "a [2.0]").Resolve("a"),
        """
        Because b 1.0.0 depends on a 1.0.0 and a 2.0.0 depends on b 1.0.0, a 2.0.0 cannot be used (1).
        Because a 1.0.0 depends on b 2.0.0 and b 2.0.0 depends on a 2.0.0, a 1.0.0 cannot be used.
        And because a 2.0.0 cannot be used (1), no version of a can be used.
        So, because the host asks for a, there is no set of plugins that fits.
        """);

    // Weizenbaum's example of a proof that branches: both halves of it are needed for the end.
    [Fact]
    public void Failure_BranchingProof_JoinsBothBranches() => AssertFails(
        new Support.Plugins().Add("foo 1.0.0", "a", "b").Add("foo 1.1.0", "x", "y").Add("a 1.0.0", "b [2.0,3.0)").Add("b 1.0.0").Add("b 2.0.0")
            .Add("x 1.0.0", "y [2.0,3.0)").Add("y 1.0.0").Add("y 2.0.0").Resolve("foo", "y [1.0,2.0)", "b [1.0,2.0)"),
        """
        Because foo 1.0.0 depends on a and a 1.0.0 depends on b ≥ 2.0.0 < 3.0.0, foo 1.0.0 requires b 2.0.0.
        And because foo 1.1.0 depends on x and x 1.0.0 depends on y ≥ 2.0.0 < 3.0.0, every version of foo requires b 2.0.0 or y 2.0.0.
        And because the host asks for b ≥ 1.0.0 < 2.0.0 and for y ≥ 1.0.0 < 2.0.0, no version of foo can be used.
        So, because the host asks for foo, there is no set of plugins that fits.
        """);

    [Fact]
    public void Failure_LongChainOfMajorVersions_IsToldInMajorVersions()
    {
        var plugins = new Support.Plugins();
        for (var minor = 0; minor < 5; minor++)
        {
            plugins.Add($"a 2.{minor}.0", $"b [2.{minor},3.0)").Add($"b 2.{minor}.0", $"c [2.{minor},3.0)").Add($"c 2.{minor}.0").Add($"c 1.{minor}.0").Add($"a 1.{minor}.0");
        }

        AssertFails(
            plugins.Resolve("a [2.0,3.0)", "c [1.0,2.0)"),
            """
            Because a ≥ 2.0.0 depends on b and every version of b depends on c ≥ 2.0.0, a ≥ 2.0.0 requires c ≥ 2.0.0.
            So, because the host asks for c ≥ 1.0.0 < 2.0.0 and for a ≥ 2.0.0 < 3.0.0, there is no set of plugins that fits.
            """);
    }

    [Fact]
    public void Failure_Kernel_NamesTheVersionThatRunsOnThisOne() => AssertFails(
        new Support.Plugins().Add("a 1.0.0", "kernel [1.0,2.0)").Add("a 2.0.0", "kernel [2.0,3.0)").Resolve("a [2.0]"),
        "Because a 2.0.0 needs kernel ≥ 2.0.0 < 3.0.0, but the host's is 1.0.0, and the host asks for a 2.0.0, there is no set of plugins that fits.",
        "Run a host whose kernel is ≥ 2.0.0 < 3.0.0; or use a 1.0.0, which runs on 1.0.0.");

    [Fact]
    public void Failure_Conflict_NamesBoth() => AssertFails(
        new Support.Plugins().Add("b 1.0.0", "!c [1.0,2.0)").Add("c 1.0.0").Resolve("b", "c"),
        """
        Because b 1.0.0 conflicts with c ≥ 1.0.0 < 2.0.0 and the host asks for c, b 1.0.0 cannot be used.
        So, because the host asks for b, there is no set of plugins that fits.
        """);

    [Fact]
    public void Failure_Pin_SaysHowToLeaveIt() => AssertFails(
        new Support.Plugins().Add("a 1.0.0").Add("a 2.0.0").Resolve(Request("a [2.0]") with { Pins = [new("a", new("1.0.0"))] }),
        "Because the host asks for a 2.0.0 and the host pins a to 1.0.0, there is no set of plugins that fits.",
        "Remove the pin of a, or pin another version.");

    [Fact]
    public void Failure_PinOfAnUnknownPlugin_IsASlip() => AssertFails(
        new Support.Plugins().Add("search 1.0.0").Resolve(Request("search") with { Pins = [new("serach", new("1.0.0"))] }),
        "The host pins serach to 1.0.0, but there is no plugin of that name.",
        "Did you mean 'search'? Known: search.");

    [Fact]
    public void Failure_Circle_PrintsIt() => AssertFails(
        new Support.Plugins().Add("a 1.0.0", "b").Add("b 1.0.0", "c").Add("c 1.0.0", "a").Resolve("a"),
        """
        Because b 1.0.0 depends on c and a 1.0.0 and b 1.0.0 and c 1.0.0 depend on one another in a circle (a → b → c → a), b 1.0.0 is incompatible with a 1.0.0.
        So, because a 1.0.0 depends on b and the host asks for a, there is no set of plugins that fits.
        """,
        "Make one dependency of the circle optional, or move what both sides need into a plugin of its own.");

    [Fact]
    public void Failure_IndependentMistakes_AreAllToldAtOnce()
    {
        var resolution = new Support.Plugins().Add("a 1.0.0", "gone").Add("b 1.0.0", "!c").Add("c 1.0.0").Add("fine 1.0.0").Resolve("a", "b", "c", "fine", "missing");

        Assert.Equal(3, resolution.Failures.Count);
        Assert.Contains("The host asks for missing, but there is no plugin of that name.", resolution.Failures[0].Explanation, StringComparison.Ordinal);
        Assert.Single(resolution.Failures, static failure => failure.Explanation.Contains("a 1.0.0 depends on gone, but there is no plugin of that name", StringComparison.Ordinal));
        Assert.Single(resolution.Failures, static failure => failure.Explanation.Contains("b 1.0.0 conflicts with c", StringComparison.Ordinal));
        Assert.Empty(resolution.Plugins);
        var exception = Assert.Throws<PluginResolutionException>(resolution.GetPlugins);
        Assert.StartsWith("The plugins cannot be resolved, for 3 independent reasons.", exception.Message, StringComparison.Ordinal);
        Assert.All(resolution.Failures, failure => Assert.Contains(failure.Explanation, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Failure_ProofOfThousandsOfSteps_ShowsTheEndAndSaysSo()
    {
        var plugins = new Support.Plugins().Add("p0 1.0.0", "gone");
        for (var i = 1; i <= 400; i++)
        {
            plugins.Add($"p{i} 1.0.0", $"p{i - 1}").Add($"q{i} 1.0.0", $"p{i}");
        }

        plugins.Add("all 1.0.0", [.. Enumerable.Range(1, 200).Select(static i => $"q{2 * i}")]);
        var resolution = plugins.Resolve("p400");

        Assert.InRange(Explanation(resolution).Split('\n').Length, 2, 61);
        Assert.EndsWith("there is no set of plugins that fits.", Explanation(resolution), StringComparison.Ordinal);
        Assert.StartsWith("(", Explanation(resolution), StringComparison.Ordinal);
    }

    private static void AssertFails(PluginResolution resolution, string explanation, params string[] fixes)
    {
        Assert.Equal(explanation, Explanation(resolution), ignoreLineEndingDifferences: true);
        Assert.Equal(fixes, resolution.Failures[0].Fixes);
    }
}
