using System.Text.RegularExpressions;
using Sira.Testing;

namespace Sira.Docs.Tests.Markdown;

/// <summary>One page of the documentation, taken apart as far as the tests need it.</summary>
public sealed partial class MarkdownPage
{
    private readonly List<CodeBlock> blocks = [];
    private readonly List<Link> links = [];
    private readonly HashSet<string> anchors = new(StringComparer.Ordinal);

    private MarkdownPage(string file, string[] lines)
    {
        File = file;
        Read(lines);
    }

    /// <summary>Gets the page's path, relative to the repository's root.</summary>
    public string File { get; }

    /// <summary>Gets the fenced blocks.</summary>
    public IReadOnlyList<CodeBlock> Blocks => blocks;

    /// <summary>Gets the links outside code.</summary>
    public IReadOnlyList<Link> Links => links;

    /// <summary>Gets what a link to this page may name after the <c>#</c>.</summary>
    public IReadOnlySet<string> Anchors => anchors;

    /// <summary>Finds the pages that the tests watch over: the Markdown files of the root and everything under <c>docs</c>.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
        [.. Directory.EnumerateFiles(RepositoryRoot.Path, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(static path => Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .Select(Load)];

    /// <summary>Reads a page.</summary>
    /// <param name="file">Its path, relative to the repository's root.</param>
    public static MarkdownPage Load(string file) => new(file, System.IO.File.ReadAllLines(Path.Combine(RepositoryRoot.Path, file)));

    /// <summary>Takes apart lines that are no file.</summary>
    public static MarkdownPage Parse(string file, string text) => new(file, text.Split('\n'));

    private void Read(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (Fence().Match(lines[i]) is { Success: true } fence)
            {
                i = ReadBlock(lines, i, fence);
                continue;
            }

            if (Heading().Match(lines[i]) is { Success: true } heading)
            {
                anchors.Add(ToAnchor(heading.Groups["text"].Value));
            }

            foreach (Match link in LinkTarget().Matches(InlineCode().Replace(lines[i], "code")))
            {
                links.Add(new Link(i + 1, link.Groups["target"].Value));
            }
        }
    }

    private int ReadBlock(string[] lines, int opening, Match fence)
    {
        var closing = opening + 1;
        while (closing < lines.Length && !(lines[closing].TrimStart().StartsWith(fence.Groups["ticks"].Value, StringComparison.Ordinal) && lines[closing].Trim().Trim('`').Length == 0))
        {
            closing++;
        }

        blocks.Add(new CodeBlock(File, opening + 2, fence.Groups["info"].Value.Trim(), string.Join('\n', lines[(opening + 1)..closing])));
        return closing;
    }

    // As GitHub does: lower case, punctuation away, spaces to dashes.
    private static string ToAnchor(string heading) => Punctuation().Replace(heading.Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-');

    [GeneratedRegex(@"^\s*(?<ticks>`{3,})(?<info>[^`]*)$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#{1,6}\s+(?<text>.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"`[^`]+`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex Punctuation();
}
