using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Sira.Plugins.Loading.Tests.Support;

/// <summary>Compiles plugins from source, so that a test shows the plugin that it is about.</summary>
internal static class PluginCode
{
    private const string Usings = """
        using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks;
        using Microsoft.Extensions.AI; using Microsoft.Extensions.DependencyInjection; using Microsoft.Extensions.Hosting;
        using Sira.Kernel.Balancing; using Sira.Kernel.Builder; using Sira.Kernel.Messaging; using Sira.Kernel.Plugins; using Sira.Kernel.Registry;

        """;

    private static readonly Lazy<MetadataReference[]> Host = new(() => [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator).Where(File.Exists).Select(static path => MetadataReference.CreateFromFile(path))]);

    private static readonly ConcurrentDictionary<(string Name, string Source), byte[]> Compiled = new();

    /// <summary>Compiles an assembly.</summary>
    public static byte[] Compile(string assemblyName, string source, params byte[][] references) => references.Length == 0
        ? Compiled.GetOrAdd((assemblyName, source), static key => Emit(key.Name, key.Source, []))
        : Emit(assemblyName, source, references);

    private static byte[] Emit(string assemblyName, string source, byte[][] references)
    {
        var compilation = CSharpCompilation.Create(
            assemblyName,
            [CSharpSyntaxTree.ParseText(Usings + source)],
            [.. Host.Value, .. references.Select(static content => MetadataReference.CreateFromImage(content))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));
        using var output = new MemoryStream();
        var result = compilation.Emit(output);
        return result.Success ? output.ToArray() : throw new InvalidOperationException(string.Join("\n", result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
    }
}
