using System.Text.Json;
using Sira.Testing;

namespace Sira.Docs.Tests.Markdown;

/// <summary>Links lead somewhere, and JSON is JSON.</summary>
public class LinkTests
{
    public static TheoryData<string> Pages => [.. MarkdownPage.All.Select(static page => page.File)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void RelativeLinks_LeadToAFileAndAHeading(string file)
    {
        var page = MarkdownPage.Load(file);
        var broken = page.Links.Where(static link => !IsExternal(link.Target)).Where(link => !Exists(page, link.Target)).Select(link => $"{file}:{link.Line}: {link.Target}");
        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void JsonBlocks_Parse(string file)
    {
        foreach (var block in MarkdownPage.Load(file).Blocks.Where(static block => block.Language == "json"))
        {
            var exception = Record.Exception(() => JsonDocument.Parse(block.Text).Dispose());
            Assert.True(exception is null, $"{block}: {exception?.Message}");
        }
    }

    [Fact]
    public void Parse_FindsBlocksLinksAndAnchors()
    {
        var page = MarkdownPage.Parse("page.md", "# The title, first!\nSee [this](that.md#x) and `[not](this.md)`.\n```json wrong\n{ \"a\": [](b.md) }\n```\n[out](https://example.com)");

        Assert.Equal(["the-title-first"], page.Anchors);
        Assert.Equal([new Link(2, "that.md#x"), new Link(6, "https://example.com")], page.Links);
        Assert.Equal(new CodeBlock("page.md", 4, "json wrong", "{ \"a\": [](b.md) }"), Assert.Single(page.Blocks));
    }

    private static bool IsExternal(string target) => Uri.TryCreate(target, UriKind.Absolute, out _);

    private static bool Exists(MarkdownPage page, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? page.File : Path.Combine(Path.GetDirectoryName(page.File)!, parts[0]);
        var full = Path.GetFullPath(path, RepositoryRoot.Path);
        if (!File.Exists(full) && !Directory.Exists(full))
        {
            return false;
        }

        return parts.Length == 1 || (full.EndsWith(".md", StringComparison.Ordinal) && MarkdownPage.Load(Path.GetRelativePath(RepositoryRoot.Path, full)).Anchors.Contains(parts[1]));
    }
}
