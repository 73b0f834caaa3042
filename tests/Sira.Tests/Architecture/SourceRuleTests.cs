using System.Text.RegularExpressions;
using Sira.Testing;

namespace Sira.Tests.Architecture;

/// <summary>The rules of the house that a compiler does not check.</summary>
public partial class SourceRuleTests
{
    private const int MaximumLines = 400;
    private const int MaximumFilesPerFolder = 20;

    private static readonly string Source = Path.Combine(RepositoryRoot.Path, "src");

    private static IEnumerable<string> Files => Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}") && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}"));

    [Fact]
    public void Files_AreShort()
    {
        var lengths = Files.ToDictionary(file => file, file => File.ReadLines(file).Count());
        Assert.Empty(lengths.Where(pair => pair.Value > MaximumLines).Select(pair => $"{pair.Key}: {pair.Value}"));
        Assert.InRange(lengths.Values.Order().ElementAt(lengths.Count / 2), 1, 60);
    }

    [Fact]
    public void Files_HoldOneTopLevelType_NamedAsTheFile()
    {
        var wrong = Files.Select(file => (File: file, Types: TopLevelType().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).ToArray()))
            .Where(found => found.Types.Length != 1 || !IsNamedAfter(found.File, found.Types[0]))
            .Select(found => $"{found.File}: {string.Join(", ", found.Types)}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Namespaces_AreFolders_ExceptForBuilderExtensions()
    {
        var wrong = Files.Select(file => (File: file, Namespace: NamespaceLine().Match(File.ReadAllText(file)).Groups["name"].Value))
            .Where(found => found.Namespace != "Microsoft.Extensions.DependencyInjection" && found.Namespace != Expected(found.File))
            .Select(found => $"{found.File}: {found.Namespace}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Folders_HoldFewFiles()
    {
        var full = Files.GroupBy(Path.GetDirectoryName).Where(folder => folder.Count() > MaximumFilesPerFolder).Select(folder => $"{folder.Key}: {folder.Count()}");
        Assert.Empty(full);
    }

    [Theory]
    [InlineData("Sira.Kernel")]
    [InlineData("Sira.Abstractions", "Sira.Kernel")]
    [InlineData("Sira.Backends", "Sira.Abstractions")]
    [InlineData("Sira.Gateway", "Sira.Backends", "Sira.Storage")]
    [InlineData("Sira.Storage", "Sira.Kernel")]
    [InlineData("Sira.Storage.Conformance", "Sira.Storage")]
    [InlineData("Sira.Storage.PostgreSql", "Sira.Storage")]
    [InlineData("Sira.Storage.Redis", "Sira.Storage")]
    [InlineData("Sira.Storage.RocksDb", "Sira.Storage")]
    [InlineData("Sira.Session", "Sira.Abstractions", "Sira.Storage")]
    [InlineData("Sira.Tools", "Sira.Abstractions")]
    [InlineData("Sira.Simulation", "Sira.Gateway")]
    [InlineData("Sira.Plugins", "Sira.Kernel")]
    [InlineData("Sira.Plugins.Loading", "Sira.Plugins")]
    [InlineData("Sira.Plugins.LeakDoctor", "Sira.Plugins.Loading")]
    [InlineData("Sira", "Sira.Gateway", "Sira.Plugins", "Sira.Session", "Sira.Tools")]
    public void Packages_DependOnLowerFloorsOnly(string package, params string[] floors)
    {
        var project = File.ReadAllText(Path.Combine(Source, package, package + ".csproj"));
        Assert.Equal(floors, ProjectReference().Matches(project).Select(match => match.Groups["name"].Value));
    }

    // A generic type beside its non-generic namesake stands in a file with the suffix OfT.
    private static bool IsNamedAfter(string file, string type)
    {
        var name = Path.GetFileNameWithoutExtension(file).Split('.')[0];
        return name == type || name == type + "OfT";
    }

    private static string Expected(string file)
    {
        var parts = Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Split(Path.DirectorySeparatorChar);
        parts[0] = parts[0] == "Sira.Abstractions" ? "Sira" : parts[0];
        return string.Join('.', parts);
    }

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|abstract|static|partial|readonly|ref|unsafe) )*(?:class|struct|interface|enum|record struct|record class|record|delegate [\w<>\?\.]+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"ProjectReference Include=""[^""]*\\(?<name>[\w.]+)\.csproj""")]
    private static partial Regex ProjectReference();
}
