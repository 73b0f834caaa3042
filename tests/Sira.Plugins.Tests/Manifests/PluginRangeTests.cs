using NuGet.Versioning;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Tests.Support;
using Sira.Testing;

namespace Sira.Plugins.Tests.Manifests;

public sealed class PluginRangeTests
{
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var line in File.ReadLines(Path.Combine(RepositoryRoot.Path, "tests", "Sira.Plugins.Tests", "Manifests", "Data", "ranges.txt")).Where(static line => line.Length > 0 && line[0] != '#'))
            {
                var parts = line.Split('|', StringSplitOptions.TrimEntries);
                data.Add(parts[0], parts[1], parts[2]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Admits_Row_AdmitsTheFirstAndNotTheSecond(string range, string admitted, string refused)
    {
        var parsed = PluginRange.Parse(range);

        Assert.All(Versions(admitted), version => Assert.True(parsed.Admits(version), $"{range} should admit {version}."));
        Assert.All(Versions(refused), version => Assert.False(parsed.Admits(version), $"{range} should not admit {version}."));
        Assert.All(Versions($"{admitted} {refused}"), version => Assert.Equal(parsed.Admits(version), PluginRange.Parse(PluginRange.Write(parsed)).Admits(version)));
    }

    // The resolver looks bounds up by bisection; it must find what asking version by version finds.
    [Fact]
    public void Admitted_AllRowsAndAllVersions_IsWhatAdmitsSays()
    {
        NuGetVersion[] versions = [.. Rows.SelectMany(static row => Versions($"{row.Data.Item2} {row.Data.Item3}")).DistinctBy(static version => version.ToNormalizedString(), StringComparer.OrdinalIgnoreCase).Order()];
        var plugins = new Support.Plugins();
        foreach (var version in versions)
        {
            plugins.Add(Support.Plugins.Manifest("a 1.0.0") with { Version = version });
        }

        foreach (var include in (ReadOnlySpan<bool>)[false, true])
        {
            var package = new PluginPackage(0, "a", plugins.Catalogue.VersionsOf("a"), include);
            foreach (var row in Rows)
            {
                var range = PluginRange.Parse(row.Data.Item1);
                Assert.Equal(versions.Where(version => range.Admits(version, include)), versions.Where((_, i) => package.Admitted(range).Contains(i + 1)));
            }
        }
    }

    [Theory]
    [InlineData("[1.0,2.0)", "1.5.0-beta", true)]
    [InlineData("[1.0,2.0)", "2.0.0-beta", false)]
    [InlineData("[1.0,2.0)", "1.0.0-beta", false)]
    [InlineData("1.2.*", "1.2.5-beta", true)]
    [InlineData("1.2.*", "1.3.0-beta", false)]
    [InlineData("*", "1.0.0-beta", true)]
    public void Admits_PrereleasesIncluded_StillKeepsTheBounds(string range, string version, bool expected) =>
        Assert.Equal(expected, PluginRange.Parse(range).Admits(NuGetVersion.Parse(version), includePrereleases: true));

    [Theory]
    [InlineData("", "is not a version range.")]
    [InlineData("  ", "is not a version range.")]
    [InlineData("^1.2", "is not a version range.")]
    [InlineData(">=1.0 <2.0", "is not a version range.")]
    [InlineData("v1.0", "is not a version range.")]
    [InlineData("[1.0,2.0", "is not a version range.")]
    [InlineData("[1.0,2.0,3.0]", "is not a version range.")]
    [InlineData("(1.0)", "is not a version range.")]
    [InlineData("[2.0,1.0]", "is not a version range.")]
    [InlineData("(1.0,1.0)", "admits no version at all.")]
    [InlineData("[1.2.*,2.0)", "mixes an interval with '*'.")]
    public void Parse_NoRange_SaysWhatIsWrongAndWhatToWrite(string text, string problem)
    {
        var exception = Assert.Throws<ArgumentException>(() => PluginRange.Parse(text));

        Assert.StartsWith($"'{text}' {problem} Write an interval such as '[1.2,2.0)'", exception.Message, StringComparison.Ordinal);
        Assert.False(PluginRange.TryParse(text, out _));
    }

    [Theory]
    [InlineData("1.4", ContractRole.Consumes, "[1.4.0, 2.0.0)")]
    [InlineData("1.4", ContractRole.Implements, "[1.4.0, 1.5.0)")]
    [InlineData("1.4.2-beta", ContractRole.Consumes, "[1.4.2-beta, 2.0.0)")]
    [InlineData("0.3", ContractRole.Consumes, "[0.3.0, 0.4.0)")]
    [InlineData("0.3", ContractRole.Implements, "[0.3.0, 0.4.0)")]
    public void BuiltFor_VersionAndRole_GivesWhatThePluginSurvives(string version, ContractRole role, string expected) =>
        Assert.Equal(expected, PluginRange.BuiltFor(NuGetVersion.Parse(version), role).ToNormalizedString());

    [Theory]
    [InlineData("2147483647.0.0")]
    [InlineData("1.2147483647.0")]
    public void BuiltFor_GreatestNumber_Throws(string version) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PluginRange.BuiltFor(NuGetVersion.Parse(version), ContractRole.Consumes));

    [Theory]
    [InlineData("*", "")]
    [InlineData("1.0", "≥ 1.0.0")]
    [InlineData("[1.0]", "1.0.0")]
    [InlineData("(1.0,2.0]", "> 1.0.0 ≤ 2.0.0")]
    [InlineData("(,2.0)", "< 2.0.0")]
    [InlineData("1.2.*", "1.2.*")]
    public void Describe_Range_ReadsLikeOne(string range, string expected) => Assert.Equal(expected, PluginRange.Parse(range).Describe());

    private static IEnumerable<NuGetVersion> Versions(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(NuGetVersion.Parse);
}
