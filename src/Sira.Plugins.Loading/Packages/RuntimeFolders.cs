using System.Runtime.InteropServices;

namespace Sira.Plugins.Loading.Packages;

/// <summary>The folders under <c>runtimes</c> that hold what fits this machine, the nearest first.</summary>
/// <remarks>The part of NuGet's graph of runtime identifiers that .NET itself still uses since version 8.</remarks>
internal static class RuntimeFolders
{
    /// <summary>Gets the runtime identifiers.</summary>
    public static IReadOnlyList<string> Names { get; } = Find();

    private static string[] Find()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : OperatingSystem.IsLinux() ? "linux" : RuntimeInformation.RuntimeIdentifier.Split('-')[0];
        var processor = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        string[] names = [RuntimeInformation.RuntimeIdentifier, $"{system}-{processor}", system];
        return OperatingSystem.IsWindows() ? names : [.. names, $"unix-{processor}", "unix"];
    }
}
