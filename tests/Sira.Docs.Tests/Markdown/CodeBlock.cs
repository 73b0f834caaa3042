namespace Sira.Docs.Tests.Markdown;

/// <summary>One fenced block of a page.</summary>
/// <param name="File">The page, relative to the repository's root.</param>
/// <param name="Line">The line of the block's first line of content, counted from 1.</param>
/// <param name="Info">What stands after the opening fence, such as <c>csharp</c>.</param>
/// <param name="Text">The content.</param>
public sealed record CodeBlock(string File, int Line, string Info, string Text)
{
    /// <summary>Gets the language: the first word of <see cref="Info"/>.</summary>
    public string Language => Info.Split(' ')[0];

    /// <summary>Says whether the opening fence carries a word besides the language.</summary>
    public bool Has(string word) => Info.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Contains(word);

    /// <inheritdoc />
    public override string ToString() => $"{File}:{Line}";
}
