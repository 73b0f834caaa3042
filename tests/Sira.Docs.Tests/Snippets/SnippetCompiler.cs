using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sira.Docs.Tests.Markdown;

namespace Sira.Docs.Tests.Snippets;

/// <summary>Compiles a block as its reader would paste it: as the statements and types of a program, with the usual usings and the names that the page presupposes.</summary>
internal static class SnippetCompiler
{
    private const string CommonContext = "common";

    // Nullability, obsolete members: a reader who treats warnings as errors must be able to use the snippet.
    private static readonly string[] WarningsThatCount = ["CS86", "CS0612", "CS0618"];

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>Compiles a block.</summary>
    /// <returns>What is wrong with it, each as <c>file:line: message</c>.</returns>
    public static IReadOnlyList<string> Compile(CodeBlock block)
    {
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block.Text, ParseOptions).GetRoot();
        var isProgram = root.Members.OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(Arrange(block, root), ParseOptions), .. LoadContexts(block.File)],
            References,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics()
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || Counts(diagnostic))
            .Select(diagnostic => Describe(block, diagnostic))];
    }

    private static bool Counts(Diagnostic diagnostic) =>
        diagnostic.Severity == DiagnosticSeverity.Warning && WarningsThatCount.Any(prefix => diagnostic.Id.StartsWith(prefix, StringComparison.Ordinal));

    // A page may declare a type before it uses it; a program must do it the other way round.
    private static string Arrange(CodeBlock block, CompilationUnitSyntax root)
    {
        var text = new StringBuilder();
        foreach (var directive in root.Usings)
        {
            Append(directive);
        }

        foreach (var member in root.Members.OrderBy(static member => member is not GlobalStatementSyntax))
        {
            Append(member);
        }

        // What the parser could not place, such as a stray brace, is an error that must not get lost.
        Append(root.EndOfFileToken);
        return text.ToString();

        void Append(SyntaxNodeOrToken part)
        {
            var line = block.Line + part.SyntaxTree!.GetLineSpan(part.FullSpan).StartLinePosition.Line;
            text.Append("#line ").Append(line).Append(" \"").Append(block.File).AppendLine("\"");
            text.AppendLine(part.ToFullString());
        }
    }

    private static IEnumerable<SyntaxTree> LoadContexts(string file)
    {
        foreach (var name in new[] { CommonContext, Path.GetFileNameWithoutExtension(file) })
        {
            var path = Path.Combine(AppContext.BaseDirectory, "Contexts", name + ".cs");
            if (File.Exists(path))
            {
                yield return CSharpSyntaxTree.ParseText(File.ReadAllText(path), ParseOptions, path);
            }
        }
    }

    private static string Describe(CodeBlock block, Diagnostic diagnostic)
    {
        var position = diagnostic.Location.GetMappedLineSpan();
        var place = position.HasMappedPath || position.Path.Length > 0 ? $"{position.Path}:{position.StartLinePosition.Line + 1}" : block.ToString();
        return $"{place}: {diagnostic.Id} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
