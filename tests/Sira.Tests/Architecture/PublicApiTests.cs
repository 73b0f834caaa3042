using Sira.Testing;

namespace Sira.Tests.Architecture;

/// <summary>What each package offers stands in its PublicApi.txt, so that a change of it is seen in review. To accept a change, run the tests with SIRA_ACCEPT_PUBLIC_API=1.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Packages => new("Sira.Kernel", "Sira.Abstractions", "Sira.Backends", "Sira.Gateway", "Sira.Storage", "Sira.Storage.Conformance", "Sira.Storage.PostgreSql", "Sira.Storage.Redis", "Sira.Storage.RocksDb", "Sira.Session", "Sira.Tools", "Sira.Plugins", "Sira.Plugins.Loading", "Sira.Plugins.LeakDoctor", "Sira.Simulation", "Sira");

    [Theory]
    [MemberData(nameof(Packages))]
    public void PublicApi_OfPackage_IsTheBaseline(string package)
    {
        var path = Path.Combine(RepositoryRoot.Path, "src", package, "PublicApi.txt");
        var actual = PublicApiText.Describe(System.Reflection.Assembly.Load(package));
        if (Environment.GetEnvironmentVariable("SIRA_ACCEPT_PUBLIC_API") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing; run the tests with SIRA_ACCEPT_PUBLIC_API=1 to write it.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Fact]
    public void Packages_AreAllOfSrc()
    {
        var projects = Directory.GetDirectories(Path.Combine(RepositoryRoot.Path, "src")).Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0).Select(Path.GetFileName).Order();
        Assert.Equal(projects, Packages.Select(row => row.Data).Order());
    }
}
