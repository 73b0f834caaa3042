namespace Sira.Docs.Tests.Markdown;

/// <summary>One link of a page.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Target">Where it points.</param>
public readonly record struct Link(int Line, string Target);
