using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution;
using static Sira.Plugins.Tests.Support.Plugins;

namespace Sira.Plugins.Tests.Resolution;

/// <summary>Contracts with several providers, roles, and optional dependencies.</summary>
public sealed class ContractTests
{
    private static readonly Support.Plugins TwoProviders = new Support.Plugins()
        .Add("user 1.0.0", "@index [1.4,2.0)").Add("lucene 1.0.0", "+index 1.4.0").Add("simple 3.0.0", "+index 1.5.0").Add("simple 3.1.0", "+index 1.6.0").Add("next 1.0.0", "+index 2.0.0");

    [Fact]
    public void Contract_SeveralProviders_TakesTheNewestContract() => AssertProvider(TwoProviders.Resolve("user"), "simple 3.1.0", ProviderChoice.Newest);

    [Fact]
    public void Contract_HostPrefersOne_TakesIt() => AssertProvider(
        TwoProviders.Resolve(Request("user") with { PreferredProviders = new Dictionary<string, string> { ["INDEX"] = "Lucene" } }), "lucene 1.0.0", ProviderChoice.Preferred);

    [Fact]
    public void Contract_OneIsThereAnyway_TakesIt() => AssertProvider(TwoProviders.Resolve("user", "lucene"), "lucene 1.0.0", ProviderChoice.Selected);

    [Fact]
    public void Contract_OneIsActive_TakesIt() => AssertProvider(TwoProviders.Resolve(Request("user") with { Prefer = [Manifest("lucene 1.0.0").Identity] }), "lucene 1.0.0", ProviderChoice.Active);

    [Fact]
    public void Contract_OneIsLeft_SaysSo() => AssertProvider(
        new Support.Plugins().Add("user 1.0.0", "@index [1.4,2.0)").Add("broken 1.0.0", "+index 1.9.0", "gone").Add("lucene 1.0.0", "+index 1.4.0").Resolve("user"), "lucene 1.0.0", ProviderChoice.Only);

    [Fact]
    public void Contract_HostProvidesIt_NeedsNoPlugin()
    {
        var resolution = TwoProviders.Resolve(Request("user") with { HostContracts = [new ProvidedContract("Index", new("1.4.2"))] });

        Assert.Equal("user 1.0.0", Set(resolution));
        Assert.Equal((DependencyStatus.Host, ProviderChoice.Host), resolution.Plugins[0].Dependencies[0] is var found ? (found.Status, found.Choice) : default);
    }

    [Fact]
    public void Contract_ProvidedByThePluginItself_WaitsForNobody() =>
        Assert.Equal("self 1.0.0", Set(new Support.Plugins().Add("self 1.0.0", "+index 1.4.0", "@index [1.4,2.0)").Resolve("self")));

    [Fact]
    public void Contract_UsersNeedDifferentVersions_EachGetsItsOwn() => Assert.Equal(
        "new 1.0.0, b 1.0.0, old 1.0.0, a 1.0.0",
        Set(new Support.Plugins().Add("a 1.0.0", "@index [1.0,2.0)").Add("b 1.0.0", "@index [2.0,3.0)").Add("old 1.0.0", "+index 1.0.0").Add("new 1.0.0", "+index 2.0.0").Resolve("a", "b")));

    [Fact]
    public void Contract_OnlyOldProviders_NamesTheNewest()
    {
        var resolution = new Support.Plugins().Add("user 1.0.0", "@index [1.4,2.0)").Add("p 1.0.0", "+index 1.2.0").Add("p 1.1.0", "+index 1.3.0").Resolve("user");

        Assert.Contains("user 1.0.0 consumes contract index ≥ 1.4.0 < 2.0.0, which nobody provides in that version (the newest is 1.3.0, by p 1.1.0)", Explanation(resolution), StringComparison.Ordinal);
    }

    [Fact]
    public void Contract_Unknown_SuggestsTheName()
    {
        var resolution = new Support.Plugins().Add("user 1.0.0", "@indexx").Add("p 1.0.0", "+index 1.2.0").Resolve("user");

        Assert.Contains("user 1.0.0 consumes contract indexx, which nobody provides", Explanation(resolution), StringComparison.Ordinal);
        Assert.Equal(["Did you mean 'index'? Known: index."], resolution.Failures[0].Fixes);
    }

    // A minor version of the contract adds a member: whoever calls it goes on, whoever implements it lacks the member.
    [Theory]
    [InlineData(ContractRole.Consumes, "1.4.0", true)]
    [InlineData(ContractRole.Consumes, "1.5.0", true)]
    [InlineData(ContractRole.Consumes, "2.0.0", false)]
    [InlineData(ContractRole.Consumes, "1.3.9", false)]
    [InlineData(ContractRole.Implements, "1.4.0", true)]
    [InlineData(ContractRole.Implements, "1.4.7", true)]
    [InlineData(ContractRole.Implements, "1.5.0", false)]
    [InlineData(ContractRole.Implements, "2.0.0", false)]
    public void Role_MinorAndMajorVersions_BreakImplementersBeforeConsumers(ContractRole role, string offered, bool expected)
    {
        var user = Manifest("user 1.0.0") with { Dependencies = [PluginDependency.OnContract("index", new("1.4"), role)] };
        var resolution = new Support.Plugins().Add(user).Resolve(Request("user") with { HostContracts = [new ProvidedContract("index", new(offered))] });

        Assert.Equal(expected, resolution.Succeeded);
        Assert.True(expected || Explanation(resolution).Contains(role == ContractRole.Implements ? "user 1.0.0 implements contract index ≥ 1.4.0 < 1.5.0" : "user 1.0.0 consumes contract index ≥ 1.4.0 < 2.0.0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ContractRole.Consumes, "1.5.0", true)]
    [InlineData(ContractRole.Implements, "1.5.0", false)]
    public void Role_OfTheKernel_CountsAlike(ContractRole role, string kernel, bool expected)
    {
        var user = Manifest("user 1.0.0") with { Kernel = PluginRange.BuiltFor(new("1.4"), role), KernelRole = role };

        Assert.Equal(expected, new Support.Plugins().Add(user).Resolve(Request("user") with { Kernel = new(kernel) }).Succeeded);
    }

    // A host on trial still runs the plugins there are; what the next major version breaks it breaks from its first prerelease on.
    [Theory]
    [InlineData("1.5.0-beta", true)]
    [InlineData("1.4.0-beta", false)]
    [InlineData("2.0.0-beta", false)]
    public void Prerelease_OfWhatTheHostBrings_IsAdmittedWithinTheBounds(string version, bool expected)
    {
        var kernel = new Support.Plugins().Add("user 1.0.0", "kernel [1.4,2.0)").Resolve(Request("user") with { Kernel = new(version) });
        var contract = new Support.Plugins().Add("user 1.0.0", "@index [1.4,2.0)").Resolve(Request("user") with { HostContracts = [new ProvidedContract("index", new(version))] });

        Assert.Equal((expected, expected), (kernel.Succeeded, contract.Succeeded));
    }

    [Theory]
    [InlineData("a", DependencyStatus.Absent, "a 1.0.0")]
    [InlineData("a,b [1.0]", DependencyStatus.Plugin, "b 1.0.0, a 1.0.0")]
    [InlineData("a,b [2.0]", DependencyStatus.OutOfRange, "a 1.0.0, b 2.0.0")]
    [InlineData("a,b [1.1]", DependencyStatus.Circular, "a 1.0.0, b 1.1.0")]
    public void Optional_IsUsedWherePresentAndFitting(string asked, DependencyStatus status, string expected)
    {
        var resolution = new Support.Plugins().Add("a 1.0.0", "b? [1.0,2.0)").Add("b 1.0.0").Add("b 1.1.0", "a").Add("b 2.0.0").Resolve(asked.Split(','));

        Assert.Equal(expected, Set(resolution));
        Assert.True(resolution.TryGet("a", out var plugin));
        Assert.Equal(status, plugin.Dependencies[0].Status);
    }

    [Fact]
    public void Optional_Contract_IsTakenFromWhoeverIsThere()
    {
        var plugins = new Support.Plugins().Add("a 1.0.0", "@index? [1.0,2.0)").Add("b 1.0.0", "+index 1.0.0").Add("c 1.0.0", "+index 2.0.0");

        Assert.Equal(DependencyStatus.Absent, Status(plugins.Resolve("a")));
        Assert.Equal(DependencyStatus.Plugin, Status(plugins.Resolve("a", "b")));
        Assert.Equal(DependencyStatus.OutOfRange, Status(plugins.Resolve("a", "c")));
        Assert.Equal(DependencyStatus.Host, Status(plugins.Resolve(Request("a") with { HostContracts = [new ProvidedContract("index", new("1.0"))] })));

        static DependencyStatus Status(PluginResolution resolution) => resolution.TryGet("a", out var plugin) ? plugin.Dependencies[0].Status : default;
    }

    private static void AssertProvider(PluginResolution resolution, string provider, ProviderChoice choice)
    {
        Assert.True(resolution.TryGet("user", out var user), resolution.Succeeded ? string.Empty : Explanation(resolution));
        Assert.Equal((provider, choice), (user.Dependencies[0].Provider?.ToString(), user.Dependencies[0].Choice));
        Assert.Equal($"{provider}, user 1.0.0", Set(resolution));
    }
}
