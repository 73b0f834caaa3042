using Sira.Docs.Tests.Markdown;

namespace Sira.Docs.Tests.Snippets;

/// <summary>Every C# block of the documentation compiles. One that cannot is marked <c>csharp no-compile</c> and begins with a comment that says why.</summary>
public class SnippetTests
{
    private const string Language = "csharp";
    private const string NoCompile = "no-compile";

    public static TheoryData<string> Pages => [.. MarkdownPage.All.Where(HasSnippets).Select(static page => page.File)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void CSharpBlocks_Compile(string file)
    {
        var problems = Snippets(MarkdownPage.Load(file)).Where(static block => !block.Has(NoCompile)).SelectMany(SnippetCompiler.Compile).ToArray();
        Assert.True(problems.Length == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public void CSharpBlocks_ThatDoNotCompile_SayWhy()
    {
        var silent = MarkdownPage.All.SelectMany(Snippets).Where(static block => block.Has(NoCompile) && !block.Text.StartsWith("// ", StringComparison.Ordinal));
        Assert.Empty(silent);
    }

    [Fact]
    public void CSharpBlocks_NameTheirLanguageInOneWay()
    {
        var others = MarkdownPage.All.SelectMany(static page => page.Blocks).Where(static block => block.Language is "cs" or "c#" or "C#" or "CSharp");
        Assert.Empty(others);
    }

    [Theory]
    [InlineData("int number = \"text\";", "page.md:11: CS0029")]
    [InlineData("var x = 1;\nchat.Ask(x);", "page.md:12: CS1061")]
    [InlineData("public class A : Missing;\nvar a = new A();", "page.md:11: CS0246")]
    [InlineData("string text = null;", "page.md:11: CS8600")]
    [InlineData("var x = 1;\n}", "page.md:12: CS1022")]
    public void Compile_WrongBlock_IsReportedWithFileAndLine(string text, string expected)
    {
        Assert.Contains(SnippetCompiler.Compile(new CodeBlock("page.md", 11, Language, text)), problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("public record A(int X);\nConsole.WriteLine(new A(1).X);")]
    [InlineData("using Sira.Decisions;\nvar response = await chat.GetResponseAsync(\"Hello\");\nConsole.WriteLine(response.GetRouteDecision());")]
    [InlineData("var chat = 1;\nConsole.WriteLine(chat);")]
    public void Compile_RightBlock_HasNoProblem(string text) => Assert.Empty(SnippetCompiler.Compile(new CodeBlock("page.md", 1, Language, text)));

    private static bool HasSnippets(MarkdownPage page) => Snippets(page).Any();

    private static IEnumerable<CodeBlock> Snippets(MarkdownPage page) => page.Blocks.Where(static block => block.Language == Language);
}
